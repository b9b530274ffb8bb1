/** Texts that came from variables or env files, by the name that stands for each in a topology. */
export type SealedTexts = Readonly<Record<string, string>>;

const SEALED = "sealed:";

/** The name of a text; `digest` must not tell what it says. */
export function sealedName(digest: string): string {
  return `${SEALED}${digest}`;
}

/** Whether a text of a topology only stands for one that came from a variable: it may be secret. */
export function isSealed(text: string): boolean {
  return text.startsWith(SEALED);
}
