import { parse } from "yaml";
import { type Mapping, mappingOf } from "../mapping";
import type { Problem } from "../problem";

/** A file of the release that Compose reads, because a Compose file names it. */
export interface NamedFile {
  /** Relative to the release. */
  readonly path: string;
  /** Whether it is a Compose file itself, and may name others. */
  readonly kind: "compose" | "values";
  /** Whether Compose refuses to go on without it. */
  readonly required: boolean;
}

export interface NamedFiles {
  readonly files: readonly NamedFile[];
  readonly problems: readonly Problem[];
}

interface Reference {
  readonly name: string;
  readonly kind: NamedFile["kind"];
  readonly required: boolean;
}

/**
 * What a Compose file names that has to be there when Compose reads it: files of variables and labels, files that are extended or
 * included. Mounted files and build contexts are not read.
 *
 * @param file its own path in the release, for messages
 * @param folder what its relative paths are relative to: empty for the project's folder
 */
export function namedFiles(text: string, file: string, folder: string): NamedFiles {
  const references = referencesOf(mappingOf(parse(text, { merge: true })));
  const files: NamedFile[] = [];
  const problems: Problem[] = [];
  for (const { name, ...rest } of references) {
    const path = pathOf(name, folder);
    if (path === null) problems.push(notOfTheRelease(file, name));
    else files.push({ path, ...rest });
  }
  return { files, problems };
}

function referencesOf({ services, include }: Mapping): readonly Reference[] {
  return [
    ...Object.values(mappingOf(services)).map(mappingOf).flatMap(ofService),
    ...listOf(include).flatMap(ofInclude),
  ];
}

function ofService({ env_file, label_file, extends: extended }: Mapping): readonly Reference[] {
  const base = mappingOf(extended).file;
  return [
    ...[...listOf(env_file), ...listOf(label_file)].flatMap((entry): Reference[] => {
      const { path = entry, required = true } = mappingOf(entry);
      return typeof path === "string"
        ? [{ name: path, kind: "values", required: required !== false }]
        : [];
    }),
    ...(typeof base === "string" ? [{ name: base, kind: "compose", required: true } as const] : []),
  ];
}

function ofInclude(entry: unknown): readonly Reference[] {
  const { path = entry, env_file } = mappingOf(entry);
  const named = (value: unknown, kind: NamedFile["kind"]): Reference[] =>
    listOf(value).flatMap((name) =>
      typeof name === "string" ? [{ name, kind, required: true }] : [],
    );
  return [...named(path, "compose"), ...named(env_file, "values")];
}

/** Null where it is no path of the release: it leaves it, or only a variable tells it. */
function pathOf(name: string, folder: string): string | null {
  if (name.startsWith("/") || name.startsWith("~") || name.includes("$")) return null;
  const parts: string[] = [];
  for (const part of `${folder}/${name}`.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.length === 0 ? null : parts.join("/");
}

function notOfTheRelease(file: string, name: string): Problem {
  return {
    subject: file,
    what: `names "${name}", which is no path of the release`,
    advice: ["name a file of the repository, relative and without a variable"],
  };
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? (value as unknown[]) : [value];
}
