import type { Description } from "../application/description";
import type { Settings } from "../settings/settings";
import { acceptedChecks } from "./accepted-checks";
import { type Assembly, assemblyOf } from "../release/assembly";
import { COMPOSE_FILE } from "../application/compose-model";
import { startedByOthers } from "../model/history";
import { containerChanges } from "../staging/container-changes";
import { imageSources, missingImages } from "../release/image-sources";
import type { ChangedPath, Facts, Observed } from "../model/observed";
import { automaticBackupId, syncedBy, parseSource } from "../model/source";
import { displacedBy, parkedBy, parks } from "../staging/park";
import {
  type ChangeRequest,
  ONE_TIME_KEYS,
  type OneTimeSettings,
  type Wanted,
} from "../model/wanted";
import { suffixedNames } from "../staging/names-apart";
import { serviceDifferences } from "../staging/service-differences";

const SHOWN_PATHS = 20;
const SHOWN_FIELDS = 20;

/** What the preview says in words; empty when there is nothing to do. */
export function describePlan(
  run: "nothing" | "continue" | "change",
  request: ChangeRequest,
  observed: Observed,
  { description, oneTime: current }: Pick<Settings, "description" | "oneTime">,
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
    ...(run === "change" ? imageLines(request, observed) : []),
    ...takeOverLines(request, observed),
    ...downtimeLines(request),
    ...displacedLines(request),
    ...parkedLines(request),
    ...nameLines(request),
    ...acceptedLines(request, current),
    ...leftBehind(request),
    ...notKept(request),
    ...scopeLines(description, request),
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
  if (source.kind === "existing") return "existing content";
  if (source.kind === "empty") return "empty";
  if (source.kind === "synced") return `synced from the live side's ${source.volume}`;
  if (source.kind === "merged") {
    return `backup ${source.id}, and everything of the live side's ${source.volume} merged into it`;
  }
  return source.volume === undefined
    ? `backup ${source.id}`
    : `backup ${source.id}, its ${source.volume}`;
}

/** What needs neither a build nor a registry, although it is not on this host. */
function imageLines(request: ChangeRequest, observed: Facts): readonly string[] {
  const missing = missingImages(request.wanted, observed);
  return imageSources(missing, observed.backups).map(
    ({ reference, backup }) => `image ${reference} <- backup ${backup}`,
  );
}

/** A live side that is recorded was started by somebody, mostly by Compose. */
function takeOverLines(
  { kind, stack, recordOnly, settings }: ChangeRequest,
  observed: Observed,
): readonly string[] {
  if (kind !== "adopt" || !startedByOthers(observed, stack)) return [];
  if (recordOnly) {
    return [
      "containers: none is touched, since this program did not start them; takeOver: true would replace them",
      ...driftLines(observed),
    ];
  }
  return settings.takeOver === true
    ? [
        "downtime: its containers are stopped and renamed before this program's own take their place",
      ]
    : [];
}

function driftLines({ drifted }: Observed): readonly string[] {
  if (drifted === null) return ["containers: Compose does not tell what they were started from"];
  return drifted.length === 0
    ? ["containers: all are what the work tree's Compose files say"]
    : [`containers that are not what the work tree's Compose files say: ${drifted.join(", ")}`];
}

/** Sync needs the writers to be quiet: nobody is served meanwhile. */
function downtimeLines(request: ChangeRequest): readonly string[] {
  const pairs = syncedBy(request.wanted.volumes, request.number);
  if (pairs.length === 0) return [];
  return [
    `downtime: nobody is served while what was written since ${automaticBackupId(request.number)} ` +
      `is synced (${pairs.length} ${pairs.length === 1 ? "volume" : "volumes"}) and proven equal` +
      (request.kind === "inPlace" ? ", and until the containers are replaced; " : "; ") +
      "if that fails, the live side serves again",
  ];
}

function acceptedLines(request: ChangeRequest, current: OneTimeSettings): readonly string[] {
  const accepted = acceptedChecks(request.settings, current);
  return accepted.length === 0
    ? []
    : [`validation: ${accepted.join(", ")} may fail and the change stays (accept)`];
}

/** What both sides have a name for cannot stand beside itself. */
function parkedLines(request: ChangeRequest): readonly string[] {
  if (!parks(request)) return [];
  const { renamed, stopped, networks } = parkedBy(request);
  return [
    `downtime: ${[...renamed, ...stopped].join(", ")} of the live side are parked before anything is staged, ` +
      "because phases are rolled back on it and both sides have them" +
      (networks.length === 0 ? "" : `; so do the networks ${networks.join(", ")}`),
  ];
}

/** Only while a side comes in: it keeps them. */
function nameLines({ kind, stack, wanted }: ChangeRequest): readonly string[] {
  const names = kind === "switch" ? suffixedNames(wanted.topology, stack) : [];
  return names.length === 0 ? [] : [`names, since both sides have them: ${names.join(", ")}`];
}

function displacedLines(request: ChangeRequest): readonly string[] {
  return displacedBy(request).map(
    ({ name }) =>
      `downtime: ${name} stops before a container of another name takes its volume over`,
  );
}

/** Which ref each path of the phases comes from (document: restore steps of every phase). */
function scopeLines(
  description: Description,
  { stack, wanted, live, kind }: ChangeRequest,
): readonly string[] {
  if (kind === "repair" || kind === "adopt") return [];
  const { refs, rolledBackPhases: phases, scenario } = wanted;
  const scope = { phases, scenario };
  const assembly = assemblyOf(description, stack, scope, refs, { base: "", overlays: [] });
  const partial = assembly.overlays.length > 0 || assembly.composeFile !== null;
  if (!partial && kind !== "inPlace") return [];
  const before = new Set(live?.rolledBackPhases);
  const back = scope.phases.filter((phase) => kind === "inPlace" && !before.has(phase));
  const undone = [...before].filter((phase) => kind === "inPlace" && !scope.phases.includes(phase));
  return [
    ...(scope.scenario === null ? [] : [`scenario ${scope.scenario}`]),
    ...(back.length === 0 ? [] : [`rolls back phases ${back.join(", ")}`]),
    ...(undone.length === 0 ? [] : [`takes back the rollback of phases ${undone.join(", ")}`]),
    ...assembly.overlays.map(({ path, commit }) => `path ${path} <- ${commit.slice(0, 12)}`),
    ...composeFileLines(assembly),
  ];
}

function composeFileLines({ composeFile }: Assembly): readonly string[] {
  if (composeFile === null) return [];
  const { earlier, simplified, phases } = composeFile;
  return [
    `path ${COMPOSE_FILE} <- ${earlier.slice(0, 12)} for phases ${phases.join(", ") || "none"}, ` +
      `else ${simplified.slice(0, 12)}, merged`,
  ];
}

/** The live side's volumes stay on the host: as they were at the end, or with everything that the new side does not get. */
function leftBehind(request: ChangeRequest): readonly string[] {
  if (request.kind !== "switch" && request.kind !== "inPlace") return [];
  const { live } = request;
  const synced = new Map(
    syncedBy(request.wanted.volumes, request.number).map(({ from, to }) => [from, to]),
  );
  const left = Object.entries(live?.volumes ?? {}).filter(
    ([name]) => request.kind === "switch" || !(name in request.wanted.volumes),
  );
  return left.map(([name, chosen]) => {
    const to = synced.get(name);
    const what =
      to === undefined
        ? `with everything since change ${chosen.number}`
        : `as it is at the cutover (${to} gets all of it)`;
    return `left behind, kept on this host: ${name} ${what}`;
  });
}

/** Volumes without a name belong to one container: they stay on the host, and nothing knows them any more. */
function notKept({ kind, live, wanted }: ChangeRequest): readonly string[] {
  if (live === null || (kind !== "switch" && kind !== "inPlace")) return [];
  const { removed, replaced } = containerChanges(live, wanted);
  const going = kind === "switch" ? undefined : new Set([...removed, ...replaced]);
  return live.topology.services
    .filter(({ name }) => going?.has(name) ?? true)
    .flatMap(({ name, anonymousVolumes }) =>
      anonymousVolumes.map((path) => `not kept: ${path} of ${name}, a volume without a name`),
    );
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
  if (request.kind === "inPlace") return inPlaceLines(request);
  if (request.kind !== "switch" && request.kind !== "first") return [];
  const wanted = request.wanted.topology.services.length;
  // Whoever started them, this program or Compose.
  const leaving = new Set(request.live?.topology.services.map(({ name }) => name));
  const outgoing = observed.containers.filter(({ name }) => leaving.has(name)).length;
  return [
    `containers: ${wanted} of "${request.stack}" start, ${outgoing} of the other side are removed`,
  ];
}

/** Containers that a change of the live stack adds, removes or replaces; the others keep running. */
function inPlaceLines({ wanted, live }: ChangeRequest): readonly string[] {
  if (live === null) return [];
  const { added, removed, replaced } = containerChanges(live, wanted);
  const line = (what: string, names: readonly string[]) =>
    names.length === 0 ? [] : [`containers ${what}: ${names.join(", ")}`];
  return [
    ...line("added", added),
    ...line("removed", removed),
    ...line("replaced", replaced),
    ...fieldLines(live, wanted, replaced),
    ...(added.length + removed.length + replaced.length === 0
      ? ["containers: all keep running"]
      : []),
  ];
}

/** What the Compose file says differently of containers that are replaced. */
function fieldLines(live: Wanted, wanted: Wanted, replaced: readonly string[]): readonly string[] {
  const named = ({ topology }: Wanted, name: string) =>
    topology.services.find((service) => service.name === name);
  const lines = replaced.flatMap((name) => {
    const [before, after] = [named(live, name), named(wanted, name)];
    if (before === undefined || after === undefined) return [];
    return serviceDifferences(before, after).map((line) => `${name}: ${line}`);
  });
  const more = lines.length - SHOWN_FIELDS;
  return [...lines.slice(0, SHOWN_FIELDS), ...(more > 0 ? [`and ${more} more fields`] : [])];
}

function leftSettings(request: ChangeRequest, current: OneTimeSettings): readonly string[] {
  const left = ONE_TIME_KEYS.filter((key) => current[key] !== undefined);
  return left.length === 0
    ? []
    : [`${left.join(", ")}: for change ${request.number} alone, and for nothing later`];
}
