import { type Document, isMap, isNode, Pair, type YAMLMap } from "yaml";
import { dropKnownAnchors, releaseAliases, writeOutForeignAliases } from "./aliases";
import { keysOf, neitherHas, section } from "./sections";

type Path = readonly [section: string, key: string];

/**
 * Copies an entry of a section, with its comments, to the same section of another file: in the place of the one with its key, else to
 * the end.
 *
 * @throws Error when the entry is not there.
 */
export function copyPair(to: Document.Parsed, from: Document.Parsed, [name, key]: Path): void {
  const pair = pairOf(section(from, name), key);
  if (pair === undefined) throw neitherHas(name, key);
  putPair(section(to, name), pair, to, from);
}

/** Gives a file another one's section, with its comments, in the place of its own. */
export function copySection(to: Document.Parsed, from: Document.Parsed, name: string): void {
  const pair = isMap(from.contents) ? pairOf(from.contents, name) : undefined;
  if (pair !== undefined && isMap(to.contents)) putPair(to.contents, pair, to, from);
  else {
    releaseAliases(to, section(to, name));
    to.delete(name);
  }
}

/** Takes an entry out of a section; what other entries have of it through aliases stays. */
export function removePair(document: Document.Parsed, [name, key]: Path): void {
  const found = section(document, name);
  const value = found.get(key, true);
  if (isNode(value)) releaseAliases(document, value);
  found.delete(key);
}

function putPair(target: YAMLMap, pair: Pair, to: Document.Parsed, from: Document.Parsed): void {
  const index = keysOf(target).indexOf(String(pair.key));
  const replaced = target.items[index]?.value;
  if (isNode(replaced)) releaseAliases(to, replaced);
  const copy = new Pair(copyOf(pair.key), copyOf(pair.value));
  if (isNode(copy.value)) dropKnownAnchors(copy.value, to);
  if (index < 0) target.items.push(copy);
  else target.items[index] = copy;
  writeOutForeignAliases(copy, to, pair, from);
}

/** An entry of a flow mapping may have no node as its value. */
function copyOf(part: unknown): unknown {
  return isNode(part) ? part.clone() : part;
}

function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((item) => String(item.key) === key);
}
