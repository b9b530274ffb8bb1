import type { Document } from "yaml";
import type { Side } from "../../application/topology";
import { type Mapping, mappingOf } from "../../mapping";
import { readCompose } from "./text";

/** One of the two files, which nothing changes: its text, and what that says, aliases and merges followed. */
export interface Source {
  readonly document: Document.Parsed;
  readonly plain: Mapping;
}

export type Sources = Readonly<Record<Side, Source>>;

/** @throws Error when it is not valid YAML. */
export function readSource(text: string): Source {
  const document = readCompose(text);
  return { document, plain: mappingOf(document.toJS()) };
}

/** What a file has by that key in a section; undefined where it has none. */
export function entryOf({ plain }: Source, section: string, key: string): unknown {
  return mappingOf(plain[section])[key];
}

/** A service of a file; undefined where it has none by that key. */
export function serviceOf(source: Source, key: string): Mapping | undefined {
  const found = entryOf(source, "services", key);
  return found === undefined ? undefined : mappingOf(found);
}
