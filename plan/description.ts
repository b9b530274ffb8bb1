import { acceptedChecks } from "./accepted-checks";
import { liveMap } from "./history";
import type { ChangedPath, Facts, Observed } from "./observed";
import { automaticBackupId, carriedBy, parseSource } from "./source";
import { topologyFor } from "./topologies";
import type { ChangeRequest, OneTimeSettings } from "./wanted";

const SHOWN_PATHS = 20;

/** What the preview says in words; empty when there is nothing to do. */
export function describePlan(
  run: "nothing" | "continue" | "change",
  request: ChangeRequest,
  observed: Observed,
  current: OneTimeSettings,
): readonly string[] {
  if (run === "nothing") return leftSettings(request, current);
  const action = run === "continue" ? "continues" : "begins";
  return [
    `${action} change ${request.number} (${kindText(request)})`,
    ...(request.adopts
      ? [`records the live "${request.adopts.stack}" first: no record knows it`]
      : []),
    ...(request.backsUpFirst
      ? [`backs the live side up first, as ${automaticBackupId(request.number)}`]
      : []),
    ...request.overwrites.map(
      (name) => `${name}: saved to safety-${request.number} before it is overwritten`,
    ),
    ...volumeLines(request),
    ...windowLines(request),
    ...acceptedLines(request, current),
    ...leftBehind(request, observed),
    ...pathLines(observed.changedPaths),
    ...containerLines(request, observed),
  ];
}

function kindText(request: ChangeRequest): string {
  const text = {
    first: `first deployment of "${request.stack}"`,
    switch: `switch from "${request.from ?? "nothing"}" to "${request.stack}"`,
    inPlace: `"${request.stack}" in place: its containers that differ are replaced while it is live`,
    repair: `repair of "${request.stack}": starts and proves, never touches data`,
    adopt: `record of "${request.stack}", which is live and which no record knows`,
  };
  return text[request.kind];
}

function volumeLines(request: ChangeRequest): readonly string[] {
  return Object.entries(request.wanted.volumes)
    .filter(([, chosen]) => chosen.number === request.number)
    .map(([name, chosen]) => `volume ${name} <- ${sourceText(chosen.source)}`);
}

function sourceText(text: string): string {
  const source = parseSource(text);
  if (source.kind === "asLeft") return "as it was left";
  if (source.kind === "empty") return "empty";
  if (source.kind === "carried") return `carried from the live side's ${source.volume}`;
  return source.volume === undefined
    ? `backup ${source.id}`
    : `backup ${source.id}, its ${source.volume}`;
}

/** Carrying needs the writers to be quiet: nobody is served meanwhile. */
function windowLines(request: ChangeRequest): readonly string[] {
  const pairs = carriedBy(request.wanted.volumes, request.number);
  if (pairs.length === 0) return [];
  return [
    `window (downtime): nobody is served while what was written since ${automaticBackupId(request.number)} ` +
      `is carried (${pairs.length} ${pairs.length === 1 ? "volume" : "volumes"}) and proven equal; ` +
      "if that fails, the live side serves again",
  ];
}

function acceptedLines(request: ChangeRequest, current: OneTimeSettings): readonly string[] {
  const accepted = acceptedChecks(request.settings, current);
  return accepted.length === 0
    ? []
    : [`validation: ${accepted.join(", ")} may fail and the change stays (accept)`];
}

/** The live side's volumes stay on the host: as they were at the end, or with everything that the new side does not get. */
function leftBehind(request: ChangeRequest, observed: Facts): readonly string[] {
  if (request.kind !== "switch") return [];
  const live = liveMap(observed)?.wanted ?? request.adopts;
  const carried = new Map(
    carriedBy(request.wanted.volumes, request.number).map(({ from, to }) => [from, to]),
  );
  return Object.entries(live?.volumes ?? {}).map(([name, chosen]) => {
    const to = carried.get(name);
    const what =
      to === undefined
        ? `with everything since change ${chosen.number}`
        : `as it is at the cutover (${to} gets all of it)`;
    return `left behind, kept on this host: ${name} ${what}`;
  });
}

function pathLines(paths: readonly ChangedPath[]): readonly string[] {
  if (paths.length === 0) return [];
  const more = paths.length - SHOWN_PATHS;
  return [
    `git: ${paths.length} files change`,
    ...paths.slice(0, SHOWN_PATHS).map(({ status, path }) => `git: ${status} ${path}`),
    ...(more > 0 ? [`git: and ${more} more`] : []),
  ];
}

function containerLines(request: ChangeRequest, observed: Facts): readonly string[] {
  if (request.kind !== "switch" && request.kind !== "first") return [];
  const wanted = topologyFor(request.wanted.rolledBackPhases).services.length;
  const leaving = observed.containers.filter(
    ({ stack }) => stack !== null && stack === request.from,
  ).length;
  return [
    `containers: ${wanted} of "${request.stack}" start, ${leaving} of the other side are removed`,
  ];
}

function leftSettings(request: ChangeRequest, current: OneTimeSettings): readonly string[] {
  const left = (
    ["restore", "backup", "dataSource", "allowEmpty", "trustMtime", "accept", "reason"] as const
  ).filter((key) => current[key] !== undefined);
  return left.length === 0
    ? []
    : [`${left.join(", ")}: for change ${request.number} alone, and for nothing later`];
}
