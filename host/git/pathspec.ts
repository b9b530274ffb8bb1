/**
 * Git's own notation for a path of the phases table: a file, a folder with everything below it, or a pattern in which
 * `*` stands for one name.
 */
export function includePathspec(path: string): string {
  return `:(${magicOf(path)})${withoutTrailingSlash(path)}`;
}

/** The same path, left out of what other pathspecs choose. */
export function excludePathspec(path: string): string {
  return `:(exclude,${magicOf(path)})${withoutTrailingSlash(path)}`;
}

export function withoutTrailingSlash(path: string): string {
  return path.replace(/\/+$/, "");
}

function magicOf(path: string): "glob" | "literal" {
  return path.includes("*") ? "glob" : "literal";
}
