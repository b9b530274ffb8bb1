import { type Document, isMap, isScalar, type Pair, YAMLMap } from "yaml";

/** A top-level section; an empty one is added where there is none. */
export function section(document: Document.Parsed, name: string): YAMLMap {
  const found = document.get(name);
  if (isMap(found)) return found;
  const added = new YAMLMap();
  document.set(name, added);
  return added;
}

export function keysOf(map: YAMLMap): string[] {
  return map.items.map((pair) => String(pair.key));
}

/** Text of a scalar; undefined for anything else. */
export function textOf(node: unknown): string | undefined {
  if (isScalar(node)) return String(node.value);
  return typeof node === "string" ? node : undefined;
}

/** Key under which a section has what Docker calls by that unprefixed name. */
export function keyOfName(
  document: Document.Parsed,
  name: string,
  dockerName: string,
): Pair | undefined {
  return section(document, name).items.find(({ key, value }) => {
    const named = isMap(value) ? textOf(value.get("name", true)) : undefined;
    return String(key) === dockerName || (named?.endsWith(dockerName) ?? false);
  });
}
