import type { HostContext, Progress } from "../../host/context";
import { holdLock } from "../../host/lock/hold";
import { runStep } from "../../host/records/run-step";
import { volumeStep } from "../../host/records/written";
import { bringVolume } from "../../host/volumes/restore";
import { type ChosenSource, parseSource } from "../../plan/source";
import type { GovernedVolume } from "../../plan/topology";

/** Brings one governed volume to its source, once per source and number (document: phases 3, 7, 8; full rollback, step 3). */
export async function volume(
  context: HostContext,
  input: {
    readonly volume: GovernedVolume;
    readonly chosen: ChosenSource;
    readonly minioImage: string;
  },
  progress: Progress,
): Promise<object> {
  const { chosen } = input;
  const step = {
    number: chosen.number,
    name: volumeStep(input.volume.name),
    trigger: [chosen.source, chosen.number],
  };
  return runStep(context, step, progress, async () => {
    await holdLock(context);
    progress(`${input.volume.name} <- ${chosen.source}`);
    const source = parseSource(chosen.source);
    const options = { minioImage: input.minioImage };
    return { ...(await bringVolume(context, input.volume, source, options, progress)) };
  });
}
