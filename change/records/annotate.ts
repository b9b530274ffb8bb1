import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { HostContext } from "../../host/context";
import { isErrno, writeDurably } from "../../host/durable-file";
import { statePath } from "../../host/state-directory";

const annotations = z.array(z.looseObject({ at: z.iso.datetime(), reason: z.string() }));

/** A reason that was told after a change. */
export type Annotation = z.infer<typeof annotations>[number];

/** Reasons of a change that were told later, the oldest first. */
async function readAnnotations(
  context: HostContext,
  number: number,
): Promise<readonly Annotation[]> {
  const text = await readFile(file(context, number), "utf8").catch((error: unknown) => {
    if (isErrno(error, "ENOENT")) return "[]";
    throw error;
  });
  return annotations.parse(JSON.parse(text));
}

/** Adds a reason to a change's record; the request itself, which verbs are sent, never changes. */
export async function annotateRecord(
  context: HostContext,
  number: number,
  annotation: Annotation,
): Promise<void> {
  const all = [...(await readAnnotations(context, number)), annotation];
  await writeDurably(file(context, number), `${JSON.stringify(all, null, 2)}\n`);
}

function file(context: HostContext, number: number): string {
  return join(statePath.record(context, number), "annotations.json");
}
