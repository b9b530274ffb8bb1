/** Whether a file lies at or below a path of the phases: a file, a folder, or a pattern in which `*` stands for one name. */
export function liesBelow(path: string, file: string): boolean {
  const wanted = path.replace(/\/+$/, "").split("/");
  const names = file.split("/");
  return wanted.every((name, index) => isName(name, names[index]));
}

function isName(wanted: string, name: string | undefined): boolean {
  if (name === undefined || !wanted.includes("*")) return wanted === name;
  const parts = wanted.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(name);
}
