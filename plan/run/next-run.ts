import { liveMap, liveSide, openChange, startedByOthers } from "../model/history";
import type { ChangeRecord, Facts } from "../model/observed";
import { sameData } from "../same-data";
import type { ChangeKind, RequestSettings, Wanted } from "../model/wanted";

/** What a run has to do; nothing is decided anywhere else. */
export type NextRun =
  | { readonly kind: "nothing"; readonly change: ChangeRecord }
  | { readonly kind: "continue"; readonly change: ChangeRecord }
  | { readonly kind: "refuse"; readonly open: ChangeRecord }
  | { readonly kind: "change"; readonly change: ChangeKind; readonly number: number };

/** Whether an interrupted change decides this run: it goes on under the same settings, or refuses. */
export function openRun(
  facts: Facts,
  stack: Wanted["stack"],
  settings: RequestSettings,
): NextRun | undefined {
  const open = openChange(facts.recorded);
  if (open === undefined) return undefined;
  const same =
    open.request.stack === stack && sameData(asked(open.request.settings), asked(settings));
  return same ? { kind: "continue", change: open } : { kind: "refuse", open };
}

/** What a change is asked to do: what may fail, and whose containers may be replaced, is said only after it has been seen. */
function asked(settings: RequestSettings): RequestSettings {
  return { ...settings, accept: undefined, takeOver: undefined };
}

/** The comparison of wanted against recorded. */
export function nextRun(facts: Facts, wanted: Wanted, takeOver: boolean): NextRun {
  const number = facts.recorded.highest + 1;
  const side = liveSide(facts);
  const live = liveMap(facts);
  if (side === null) return { kind: "change", change: "first", number };
  if (side !== wanted.stack)
    return { kind: "change", change: "switch", number: live === undefined ? number + 1 : number };
  const takesOver = takeOver && startedByOthers(facts, side);
  if (live === undefined || (takesOver && sameMap(wanted, live.wanted)))
    return { kind: "change", change: "adopt", number };
  if (!sameMap(wanted, live.wanted)) return { kind: "change", change: "inPlace", number };
  if (!serves(facts, wanted)) return { kind: "change", change: "repair", number };
  return { kind: "nothing", change: live.change };
}

/** Two maps are the same when they reach the same content; which change chose a source does not matter. */
function sameMap(one: Wanted, other: Wanted): boolean {
  return sameData(content(one), content(other));
}

function content(wanted: Wanted): unknown {
  const { stack, rolledBackPhases, scenario, topology, release, untracked, volumes, images } =
    wanted;
  const sources = Object.fromEntries(
    Object.entries(volumes).map(([name, { source }]) => [name, source]),
  );
  const { tree, contexts, mounts } = release;
  return {
    stack,
    rolledBackPhases,
    scenario,
    topology,
    tree,
    contexts,
    mounts,
    untracked: untracked.contentId,
    sources,
    images,
  };
}

/** Every container of the live side is there, and its edge runs. */
function serves(facts: Facts, wanted: Wanted): boolean {
  return wanted.topology.services.every((service) => {
    const container = facts.containers.find(({ name }) => name === service.name);
    return container !== undefined && (service.startPolicy !== "edge" || container.running);
  });
}
