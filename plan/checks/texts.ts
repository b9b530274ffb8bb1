/** A relative link of a Markdown file, and the path that it means, relative to the repository. */
export interface Link {
  readonly file: string;
  readonly target: string;
}

/** A script or style that a page names. */
export interface Asset {
  readonly path: string;
  readonly kind: "script" | "style";
}

/** Links of a Markdown file that point into the repository; addresses, anchors and code are none. */
export function relativeLinks(file: string, markdown: string): readonly Link[] {
  const folder = file.includes("/") ? file.slice(0, file.lastIndexOf("/")) : "";
  const prose = markdown.replace(/^(```|~~~)[^]*?^\1/gm, "").replace(/`[^`\n]*`/g, "");
  const inline = [...prose.matchAll(/\]\(\s*<?([^)>\s]+)>?[^)]*\)/g)];
  const references = [...prose.matchAll(/^ {0,3}\[[^\]]+\]:\s+<?([^>\s]+)/gm)];
  return [...inline, ...references]
    .map((match) => (match[1] ?? "").split("#")[0] ?? "")
    .filter((target) => target !== "" && !/^([a-z][a-z0-9+.-]*:|\/\/)/i.test(target))
    .map((target) => ({ file, target: resolved(folder, decoded(target)) }));
}

/** Scripts and styles that a page loads from its own host, relative ones resolved against the page's path. */
export function pageAssets(page: string, html: string): readonly Asset[] {
  const live = html.replace(/<!--[^]*?-->/g, "");
  const tags = [...live.matchAll(/<(script|link)\b([^>]*)>/gi)];
  return tags.flatMap(([, tag = "", attributes = ""]) => {
    const script = tag.toLowerCase() === "script";
    if (!script && !/\brel\s*=\s*["']?[^"'>]*stylesheet/i.test(attributes)) return [];
    const named = attribute(attributes, script ? "src" : "href");
    if (named === "" || /^([a-z][a-z0-9+.-]*:|\/\/)/i.test(named)) return [];
    const folder = page.slice(0, page.lastIndexOf("/"));
    const path = named.startsWith("/") ? named : `/${resolved(folder, named)}`;
    return [{ path, kind: script ? ("script" as const) : ("style" as const) }];
  });
}

/** Targets that a Makefile names: rules without a pattern, not its special ones. */
export function makeTargets(makefile: string): readonly string[] {
  const rules = [...makefile.matchAll(/^([A-Za-z0-9][\w./ -]*?)\s*::?(?![:=])/gm)];
  return [...new Set(rules.flatMap((match) => (match[1] ?? "").split(/\s+/)))];
}

/** Targets that a text tells people to make: `make start`, as code. */
export function mentionedTargets(markdown: string): readonly string[] {
  const mentions = [...markdown.matchAll(/(?:`|^\s*\$?\s*)make ([A-Za-z0-9][\w.-]*)/gm)];
  return [...new Set(mentions.map((match) => match[1] ?? ""))];
}

function attribute(attributes: string, name: string): string {
  const match = new RegExp(`\\b${name}\\s*=\\s*("([^"]*)"|'([^']*)'|([^\\s"'>]+))`, "i").exec(
    attributes,
  );
  return match?.[2] ?? match?.[3] ?? match?.[4] ?? "";
}

function resolved(folder: string, target: string): string {
  const parts = target.startsWith("/") ? [] : folder.split("/").filter((part) => part !== "");
  for (const part of target.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}

function decoded(target: string): string {
  try {
    return decodeURIComponent(target);
  } catch {
    return target;
  }
}
