import { type Document, isMap, isNode, YAMLMap } from "yaml";
import { mappingOf } from "../../mapping";

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

/** What a file has by that key in a section, its own or merged in; undefined where it has none. */
export function contentOf(document: Document.Parsed, name: string, key: string): unknown {
  const found: unknown = document.get(name, true);
  return isNode(found) ? mappingOf(found.toJS(document))[key] : undefined;
}

export function neitherHas(name: string, key: string): Error {
  return new Error(`docker-compose.yml: neither file has "${key}" in "${name}"`);
}
