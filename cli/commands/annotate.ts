import { noteOnChange } from "../../host/release/note";
import { annotateRecord } from "../../change/records/annotate";
import { readChange, recordNumbers } from "../../change/records/read";
import { addReasonToLog } from "../../change/log/append";
import { ProblemsError } from "../../plan/problem";
import { openProject } from "../project/host-facts";
import { type Output, processOutput } from "../terminal/output";
import type { ProjectChoice } from "../project/project";

const ATTEMPT = "add a reason";

/**
 * `rollback annotate <number> <reason>`: tells later why a change was made, since nobody must be held up by it in an incident; goes into
 * the record, the log and a note on the change's commit (document: post-rollback actions, step 1).
 *
 * @throws ProblemsError when there is no such change, or the reason is empty.
 */
export async function annotate(
  number: number,
  reason: string,
  options: ProjectChoice & { readonly json?: boolean },
  output: Output = processOutput(),
): Promise<void> {
  const context = await openProject(options, ATTEMPT);
  const known = await recordNumbers(context);
  const problems = [
    ...(reason.trim() === "" ? [emptyReason()] : []),
    ...((await readChange(context, number)) === null ? [noSuchChange(number, known)] : []),
  ];
  if (problems.length > 0) throw new ProblemsError(ATTEMPT, problems);
  await annotateRecord(context, number, { at: new Date().toISOString(), reason });
  const log = await addReasonToLog(context, number, reason);
  const note = await noteOnChange(context, number, reason);
  if (options.json === true) {
    output.line(JSON.stringify({ change: number, reason, log, note }));
    return;
  }
  const places = ["its record", ...(log ? ["the log"] : []), ...(note ? ["its commit"] : [])];
  output.line(`change ${number}: the reason is in ${places.join(", ")}`);
}

function emptyReason() {
  return { subject: "reason", what: "is empty", advice: ['rollback annotate <number> "…"'] };
}

function noSuchChange(number: number, known: readonly number[]) {
  return {
    subject: `change ${number}`,
    what: "has no record",
    advice: [`known are ${known.join(", ") || "none"} (rollback status)`],
  };
}
