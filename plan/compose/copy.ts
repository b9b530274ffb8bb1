import { type Alias, type Document, isAlias, isNode, type Node, Pair, visit } from "yaml";
import { section } from "./sections";

type Path = readonly [section: string, key: string];

/**
 * Copies an entry of a section, with its comments, to the end of the same section of another file. An alias stays one where the
 * other file has the same anchor with the same content; else its content is written out.
 *
 * @throws Error when the entry is not there.
 */
export function copyPair(to: Document.Parsed, from: Document.Parsed, [name, key]: Path): void {
  const pair = section(from, name).items.find((item) => String(item.key) === key);
  if (pair === undefined || !isNode(pair.key) || !isNode(pair.value)) {
    throw new Error(`docker-compose.yml: neither file has "${key}" in "${name}"`);
  }
  const copy = new Pair(pair.key.clone(), pair.value.clone());
  section(to, name).items.push(copy);
  writeOutForeignAliases(copy.value as Node, to, from);
}

function writeOutForeignAliases(node: Node, to: Document.Parsed, from: Document.Parsed): void {
  const own = new Set<string>();
  visit(node, {
    Node: (_key, inner) => {
      if (!isAlias(inner) && "anchor" in inner && inner.anchor !== undefined) own.add(inner.anchor);
    },
    Alias: (_key, alias) => {
      if (own.has(alias.source) || sameAnchor(alias, to, from)) return undefined;
      const content = plain(alias, from);
      return to.createNode(content);
    },
  });
}

function sameAnchor(alias: Alias, to: Document.Parsed, from: Document.Parsed): boolean {
  const there = anchored(to, alias.source);
  return (
    there !== undefined && JSON.stringify(there.toJS(to)) === JSON.stringify(plain(alias, from))
  );
}

function plain(alias: Alias, document: Document.Parsed): unknown {
  return anchored(document, alias.source)?.toJS(document);
}

function anchored(document: Document.Parsed, anchor: string): Node | undefined {
  let found: Node | undefined;
  visit(document, {
    Node: (_key, node) => {
      if (isAlias(node) || !("anchor" in node) || node.anchor !== anchor) return undefined;
      found = node;
      return visit.BREAK;
    },
  });
  return found;
}
