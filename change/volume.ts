import type { HostContext } from "../host/context";
import { holdLock } from "./lock/hold";
import { runStep } from "./records/run-step";
import { volumeStep } from "./records/written";
import { volumeExists } from "../backup/volumes/existing";
import { bringVolume } from "../backup/volumes/restore";
import {
  automaticBackupId,
  type ChosenSource,
  parseSource,
  type Source,
} from "../plan/model/source";
import type { GovernedVolume } from "../plan/application/topology";
import type { VerbInputs } from "../plan/run/verbs";

/** Brings one governed volume to its source, once per source and number (document: phases 3, 7, 8; full rollback, step 3). */
export async function volume(context: HostContext, input: VerbInputs["volume"]): Promise<object> {
  const { chosen } = input;
  const step = {
    number: chosen.number,
    name: volumeStep(input.volume.name),
    trigger: [chosen.source, chosen.number],
  };
  return runStep(context, step, async () => {
    await holdLock(context);
    context.report(`${input.volume.name} <- ${chosen.source}`);
    const source = await sourceAhead(context, input.volume, chosen);
    const { bucket, objectStoreImage, trustMtime } = input;
    const options = { bucket, objectStoreImage, trustMtime };
    return { ...(await bringVolume(context, input.volume, source, options)) };
  });
}

/**
 * What can be brought while the live side serves: of what is synced, the backup of it that this change made. Documents that
 * become objects are copied by the switch, into what there is: an object store has to run for it.
 */
async function sourceAhead(
  context: HostContext,
  target: GovernedVolume,
  chosen: ChosenSource,
): Promise<Source> {
  const source = parseSource(chosen.source);
  if (source.kind === "merged") return { kind: "backup", id: source.id };
  if (source.kind !== "synced") return source;
  const from = context.application.stores.find(({ name }) => name === source.volume);
  if (target.data === "minio" && from?.data !== "minio") {
    return { kind: (await volumeExists(context, target)) ? "existing" : "empty" };
  }
  return { kind: "backup", id: automaticBackupId(chosen.number), volume: source.volume };
}
