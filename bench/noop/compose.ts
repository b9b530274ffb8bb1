import { openSettings, readFacts } from "../../cli/project/host-facts";
import type { Workspace } from "../../demo/workspace";
import { readTopology } from "../../host/release/read-topology";
import { liveMap } from "../../plan/model/history";
import { median } from "../median";
import { STACK } from "./up";

const READINGS = 5;

/** Seconds that one reading of the live release's Compose files takes, the median of several. */
export async function composeSeconds(workspace: Workspace): Promise<number> {
  // Compose is looked for in this process.
  process.env.PATH = workspace.variables.PATH;
  const choice = { project: workspace.project, stack: STACK };
  const { context, settings } = await openSettings(choice, "measure the reading of Compose files");
  const live = liveMap(await readFacts(context));
  if (live === undefined) throw new Error("no change is recorded: there is no release to read");
  const { release, untracked } = live.wanted;
  const files = untracked.assembledOf ?? { base: untracked.contentId, overlays: [] };
  const seconds: number[] = [];
  while (seconds.length < READINGS) {
    const started = performance.now();
    await readTopology(context, settings, { tree: release.tree, untracked: files });
    seconds.push((performance.now() - started) / 1000);
  }
  return median(seconds);
}
