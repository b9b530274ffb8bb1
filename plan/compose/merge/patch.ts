import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { isMapping, type Mapping } from "../../mapping";
import { sameData } from "../../same-data";
import { releaseAliases, writtenOut } from "./aliases";

/** What is shared in memory is no anchor in the file. */
const PLAIN = { aliasDuplicateObjects: false };

/**
 * Gives a mapping a field's wanted value; undefined: none. What stays keeps its comments and its form, and whoever shares the node
 * through an alias keeps what it says.
 */
export function setField(
  document: Document.Parsed,
  map: YAMLMap,
  field: string,
  wanted: unknown,
): void {
  const says = (): unknown => (map.toJS(document) as Mapping)[field];
  if (sameData(says(), wanted)) return;
  const own = map.get(field, true);
  if (isNode(own)) releaseAliases(document, own);
  if (wanted !== undefined) {
    map.set(field, patched(document, own, wanted));
    return;
  }
  map.delete(field);
  // Merged in from elsewhere: only a value of its own hides that.
  if (says() !== undefined) map.set(field, document.createNode([], { flow: true }));
}

function patched(document: Document.Parsed, node: unknown, wanted: unknown): Node {
  if (!isNode(node)) return created(document, wanted, true);
  if (sameData(node.toJS(document), wanted)) return node;
  if (isAlias(node)) return patched(document, writtenOut(node, document), wanted);
  if (isScalar(node) && typeof wanted === "string") {
    node.value = wanted;
    return node;
  }
  if (isSeq(node) && Array.isArray(wanted)) return patchedSeq(document, node, wanted);
  if (isSeq(node) && isMapping(wanted)) return mapOfSeq(document, node, wanted);
  if (isMap(node) && isMapping(wanted) && !node.has("<<")) {
    return patchedMap(document, node, wanted);
  }
  const flow = isCollection(node) ? node.flow === true : node.comment === undefined;
  const instead = created(document, wanted, flow);
  instead.commentBefore = node.commentBefore ?? node.comment;
  return instead;
}

/** Where as many items are new as are gone, each takes the place and the comments of one that is gone. */
function patchedSeq(document: Document.Parsed, seq: YAMLSeq, wanted: readonly unknown[]): YAMLSeq {
  const left = [...seq.items];
  const kept = wanted.map((value) => {
    const index = left.findIndex((item) => sameData(plainOf(document, item), value));
    return index < 0 ? undefined : left.splice(index, 1)[0];
  });
  const replaced = left.length === kept.filter((item) => item === undefined).length ? left : [];
  seq.items = wanted.map(
    (value, index) => kept[index] ?? patched(document, replaced.shift(), value),
  );
  return seq;
}

/** The same for keys. */
function patchedMap(document: Document.Parsed, map: YAMLMap, wanted: Mapping): YAMLMap {
  const gone = map.items.filter(({ key }) => !Object.hasOwn(wanted, String(key)));
  const fresh = Object.keys(wanted).filter((key) => !map.has(key));
  for (const [index, { key }] of gone.entries()) {
    if (gone.length === fresh.length && isScalar(key)) key.value = fresh[index];
  }
  map.items = Object.entries(wanted).map(([key, value]) => {
    const pair = map.items.find((item) => String(item.key) === key);
    if (pair === undefined) return document.createPair(key, value, PLAIN);
    pair.value = patched(document, pair.value, value);
    return pair;
  });
  return map;
}

/** The long form of a list of names, such as that of a service's networks. */
function mapOfSeq(document: Document.Parsed, seq: YAMLSeq, wanted: Mapping): Node {
  const map = created(document, wanted, seq.flow === true) as YAMLMap<Scalar>;
  map.commentBefore = seq.commentBefore;
  map.comment = seq.comment;
  for (const { key } of map.items) {
    const item = seq.items.find((each) => isScalar(each) && each.value === key.value);
    if (isScalar(item)) key.commentBefore = item.commentBefore ?? item.comment;
  }
  return map;
}

function created(document: Document.Parsed, value: unknown, flow: boolean): Node {
  return document.createNode(value, { flow, ...PLAIN });
}

function plainOf(document: Document.Parsed, item: unknown): unknown {
  return isNode(item) ? item.toJS(document) : item;
}
