import { posix } from "node:path";
import type { Nodes } from "mdast";

/** A relative link of a Markdown file, and the path that it means, relative to the repository. */
export interface Link {
  readonly file: string;
  readonly target: string;
}

/** An address with a scheme, or of another host. */
const ELSEWHERE = /^([a-z][a-z0-9+.-]*:|\/\/)/i;
const MAKE = /^\s*\$?\s*make ([A-Za-z0-9][\w.-]*)/gm;

/** Links and images of a Markdown file that point into the repository; addresses, anchors and code are none. */
export async function relativeLinks(file: string, markdown: string): Promise<readonly Link[]> {
  const folder = posix.dirname(file);
  return (await nodesOf(markdown))
    .flatMap((node) => ("url" in node ? [node.url] : []))
    .map((url) => url.split("#")[0] ?? "")
    .filter((target) => target !== "" && !ELSEWHERE.test(target))
    .map((target) => ({ file, target: inRepository(folder, decoded(target)) }));
}

/** Targets that a text tells people to make: `make start`, as code. */
export async function mentionedTargets(markdown: string): Promise<readonly string[]> {
  const code = (await nodesOf(markdown)).flatMap((node) =>
    node.type === "inlineCode" || node.type === "code" ? [node.value] : [],
  );
  const mentions = code.flatMap((text) => [...text.matchAll(MAKE)]);
  return [...new Set(mentions.map(([, target = ""]) => target))];
}

/** Everything in a text, in its order. */
async function nodesOf(markdown: string): Promise<readonly Nodes[]> {
  const { fromMarkdown } = await import("mdast-util-from-markdown");
  return withDescendants(fromMarkdown(markdown));
}

function withDescendants(node: Nodes): readonly Nodes[] {
  return "children" in node ? [node, ...node.children.flatMap(withDescendants)] : [node];
}

/** Nothing is above the repository. */
function inRepository(folder: string, target: string): string {
  return posix.resolve("/", folder, target).slice(1);
}

function decoded(target: string): string {
  try {
    return decodeURIComponent(target);
  } catch {
    return target;
  }
}
