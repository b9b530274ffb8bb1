import { runProgram } from "./process";

const PRINT = ["--print-data-base", "--question", "--no-builtin-rules", "--no-builtin-variables"];

/**
 * Targets that the Makefile of a folder has as make itself reads it: what it includes, and variables in names, count. Nothing is
 * made. None where make could read none; whatever it is run for then says why.
 *
 * @throws Error when there is no make on this host.
 */
export async function makeTargets(folder: string, signal: AbortSignal): Promise<readonly string[]> {
  const { output } = await runProgram(["make", ...PRINT], { folder, environment: {}, signal });
  return targetsIn(output);
}

/**
 * Targets in make's data base, by name. Special ones begin with a dot; above a file that is only needed, or was only read, stands that
 * it is none. Exported for the tests.
 */
export function targetsIn(database: string): readonly string[] {
  const [, files = ""] = database.split(/^# Files$/m);
  const targets = [...files.matchAll(/\n\n([^#.\s][^\n:]*):/g)].map(([, target = ""]) => target);
  return [...new Set(targets)].sort();
}
