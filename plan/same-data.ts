/** Deep equality of plain data, whatever the order of keys. */
export function sameData(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other);
}

/** JSON that is the same for the same data: what a record gives back may have its keys in another order. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, entry: unknown) =>
    entry !== null && typeof entry === "object" && !Array.isArray(entry)
      ? Object.fromEntries(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1)))
      : entry,
  );
}
