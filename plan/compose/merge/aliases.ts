import { type Alias, type Document, isAlias, isNode, type Node, type Pair, visit } from "yaml";
import { sameData } from "../../same-data";

/** Takes a node out of what aliases elsewhere mean: each of them gets the content written out, before the node goes or changes. */
export function releaseAliases(document: Document.Parsed, node: Node): void {
  const within = new Set<unknown>();
  visit(node, {
    Node: (_key, inner) => {
      within.add(inner);
    },
  });
  visit(document, {
    Alias: (_key, alias) => {
      const meant = alias.resolve(document);
      return meant === undefined || within.has(alias) || !within.has(meant)
        ? undefined
        : writtenOut(meant, document);
    },
  });
}

/**
 * Makes a copy that stands in another file mean what it means in its own: an alias stays one where that file has the same anchor with
 * the same content; else its content is written out.
 */
export function writeOutForeignAliases(
  copy: Pair,
  to: Document.Parsed,
  original: Pair,
  from: Document.Parsed,
): void {
  const replacement = (alias: Alias, foreign: Alias | undefined): Node | undefined => {
    const there = foreign?.resolve(from);
    if (there === undefined) return undefined;
    const here = alias.resolve(to);
    const same = here !== undefined && sameData(here.toJS(to), there.toJS(from));
    return same ? undefined : writtenOut(there, from);
  };
  if (!isNode(copy.value) || !isNode(original.value)) return;
  const aliases = aliasesIn(original.value);
  if (isAlias(copy.value)) copy.value = replacement(copy.value, aliases[0]) ?? copy.value;
  else replaceAliases(copy.value, (alias, index) => replacement(alias, aliases[index]));
}

/** An anchor that the other file has as well would change what its later aliases mean. */
export function dropKnownAnchors(copy: Node, to: Document.Parsed): void {
  const known = new Set<string>();
  visit(to, {
    Node: (_key, node) => {
      if (!isAlias(node) && "anchor" in node && node.anchor !== undefined) known.add(node.anchor);
    },
  });
  dropAnchors(copy, (anchor) => known.has(anchor));
}

/** What a node says, with neither an alias nor an anchor in it. */
export function writtenOut(node: Node, document: Document.Parsed): Node {
  if (isAlias(node)) {
    const meant = node.resolve(document);
    if (meant === undefined) throw new Error(`docker-compose.yml: no anchor "${node.source}"`);
    return writtenOut(meant, document);
  }
  const originals = aliasesIn(node);
  const copy = node.clone() as Node;
  dropAnchors(copy, () => true);
  replaceAliases(copy, (alias, index) => writtenOut(originals[index] ?? alias, document));
  return copy;
}

function aliasesIn(node: Node): readonly Alias[] {
  const found: Alias[] = [];
  visit(node, {
    Alias: (_key, alias) => {
      found.push(alias);
    },
  });
  return found;
}

/** In the order of `aliasesIn`: what comes instead of one has no aliases itself. */
function replaceAliases(
  node: Node,
  replacement: (alias: Alias, index: number) => Node | undefined,
): void {
  let index = 0;
  visit(node, { Alias: (_key, alias) => replacement(alias, index++) });
}

function dropAnchors(node: Node, drops: (anchor: string) => boolean): void {
  visit(node, {
    Node: (_key, inner) => {
      if (isAlias(inner) || !("anchor" in inner) || inner.anchor === undefined) return;
      if (drops(inner.anchor)) delete inner.anchor;
    },
  });
}
