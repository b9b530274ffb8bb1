import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { ALL_CHECKS } from "../../plan/checks";
import { type CheckResult, resultData } from "../../plan/checks/result";
import type { HostContext } from "../../host/context";
import { isErrno, writeDurably } from "../../host/durable-file";
import { statePath } from "../../host/state-directory";

/** Files of a change's record: what its gates found on the outgoing side, and what they found after it. */
export type ResultsFile = "checks-before.json" | "checks.json";

const stored = z.looseObject({
  results: z.array(
    z.looseObject({
      name: z.string(),
      outcome: z.enum(["passed", "failed", "manual"]),
      expected: z.string(),
      found: z.string(),
      seconds: z.number(),
    }),
  ),
});

/** What was found; null if nobody has looked. Results of checks that exist no longer are left out. */
export async function readResults(
  context: HostContext,
  number: number,
  file: ResultsFile,
): Promise<readonly CheckResult[] | null> {
  const text = await readFile(pathOf(context, number, file), "utf8").catch((error: unknown) => {
    if (isErrno(error, "ENOENT")) return null;
    throw error;
  });
  if (text === null) return null;
  return stored.parse(JSON.parse(text)).results.flatMap(({ name, ...result }) => {
    const check = ALL_CHECKS.find((candidate) => candidate.name === name);
    const { outcome, expected, found, seconds } = result;
    return check === undefined ? [] : [{ check, outcome, expected, found, seconds }];
  });
}

export async function writeResults(
  context: HostContext,
  number: number,
  file: ResultsFile,
  results: readonly CheckResult[],
): Promise<void> {
  const content = { results: results.map(resultData) };
  await writeDurably(pathOf(context, number, file), `${JSON.stringify(content, null, 2)}\n`);
}

function pathOf(context: HostContext, number: number, file: ResultsFile): string {
  return join(statePath.record(context, number), file);
}
