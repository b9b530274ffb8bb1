import { RecordSplitter, recordsOf } from "../../host/records";
/** Letters after a backslash as GNU tar writes them in `--quoting-style=escape`. */
const ESCAPES: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** Paths of a volume, as entries name them, from what tar tells while it extracts. */
export async function* writtenPaths(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const lines = recordsOf(chunks, new RecordSplitter("\n", "latin1"));
  for await (const line of lines) yield pathOf(line);
}

/** Exported for the tests. */
export function pathOf(line: string): string {
  const name = line.replace(
    /\\(?:([0-7]{3})|(.))/gs,
    (_, octal: string | undefined, letter: string | undefined) =>
      octal === undefined
        ? (ESCAPES[letter ?? ""] ?? letter ?? "")
        : String.fromCharCode(Number.parseInt(octal, 8)),
  );
  return name.replace(/^(?:\.\/)+/, "").replace(/\/+$/, "") || ".";
}
