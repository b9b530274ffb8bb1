import * as pulumi from "@pulumi/pulumi";
import { isSealed, type SealedTexts } from "../plan/application/sealed";

/** The text that a topology holds, or what it stands for: then it is a secret of Pulumi's. */
export function unsealed(text: string, texts: SealedTexts): pulumi.Input<string> {
  return isSealed(text) ? pulumi.secret(textOf(text, texts)) : text;
}

export function unsealedRecord(
  record: Readonly<Record<string, string>>,
  texts: SealedTexts,
): Record<string, pulumi.Input<string>> {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [key, unsealed(value, texts)]),
  );
}

/** `KEY=value`, as Docker takes a variable; a key alone has no value. */
export function unsealedVariable(
  key: string,
  value: string | null,
  texts: SealedTexts,
): pulumi.Input<string> {
  if (value === null) return key;
  return isSealed(value) ? pulumi.secret(`${key}=${textOf(value, texts)}`) : `${key}=${value}`;
}

function textOf(name: string, texts: SealedTexts): string {
  const text = texts[name];
  if (text === undefined) throw new Error("the release no longer has a text that the map names");
  return text;
}
