import { freeBackupId } from "../../backup/format/list";
import { observeLiveTopology } from "../../change/observe";
import type { Manifest } from "../../backup/format/manifest";
import { existingVolumes } from "../../backup/volumes/existing";
import { makePreExecutionBackup, type PreExecutionBackup } from "../../backup/pre-execution";
import type { HostContext } from "../../host/context";
import { ensureHelperImage } from "../../host/docker/helper-image";
import type { PreExecutionMark } from "../../host/git/mark-pre-execution";
import { underLock } from "../../change/lock/hold";
import { lastDone, liveMap, liveSide, openChange } from "../../plan/model/history";
import type { Facts } from "../../plan/model/observed";
import { type Problem, ProblemsError } from "../../plan/problem";
import type { Settings } from "../../plan/settings/settings";
import type { GovernedVolume, StackName, Topology } from "../../plan/application/topology";
import { openSettings, readFacts } from "../project/host-facts";
import { bytesText, type Output, processOutput } from "../terminal/output";
import { progressDisplay } from "../terminal/progress-display";
import type { ProjectChoice } from "../project/project";

const ATTEMPT = "back up";

interface LiveSide {
  readonly stack: StackName;
  readonly topology: Topology;
  readonly commit: string;
  /** Reference of each service's image; none where no record knows it. */
  readonly images: Readonly<Record<string, string>>;
}

export interface BackupOptions extends ProjectChoice {
  readonly json?: boolean;
  /** Whether the images go with the backup. */
  readonly withImages?: boolean;
}

/** `rollback backup`: the pre-execution backup of the live side (document: pre-execution backup, steps 1 to 5). */
export async function backup(
  options: BackupOptions,
  output: Output = processOutput(),
): Promise<void> {
  const started = performance.now();
  const { context, settings } = await openSettings(options, ATTEMPT);
  await ensureHelperImage(context);
  const { manifest, mark } = await underLock(context, "rollback backup", () =>
    backUpLiveSide(context, settings, options.withImages === true),
  );
  const seconds = Number(((performance.now() - started) / 1000).toFixed(1));
  if (options.json === true) output.line(JSON.stringify(summary(manifest, mark, seconds)));
  else printBackup(output, manifest, mark, seconds);
}

async function backUpLiveSide(
  context: HostContext,
  settings: Settings,
  withImages: boolean,
): Promise<PreExecutionBackup> {
  const facts = await readFacts(context);
  const topology = await observeLiveTopology(context, settings, facts);
  const existing = await existingVolumes(context, topology?.volumes ?? []);
  const { images, ...live } = requireLiveSide(facts, topology, existing);
  const id = await freeBackupId(context, idOf(new Date()));
  const afterChange = lastDone(facts.recorded)?.request.number ?? 0;
  const made = { ...live, id, kind: "preExecution", afterChange } as const;
  const request = withImages ? { ...made, images } : made;
  const display = progressDisplay();
  try {
    return await makePreExecutionBackup(context, request, display.onBytes);
  } finally {
    display.stop();
  }
}

/** The side that serves and what it runs; a backup that would silently lack something is refused. */
function requireLiveSide(
  facts: Facts,
  topology: Topology | null,
  existing: readonly GovernedVolume[],
): LiveSide {
  const stack = liveSide(facts);
  const open = openChange(facts.recorded);
  if (open !== undefined) throw new ProblemsError(ATTEMPT, [openProblem(open.request)]);
  if (stack === null || topology === null) throw new ProblemsError(ATTEMPT, [nothingRuns()]);
  const recorded = liveMap(facts)?.wanted;
  const missing = topology.volumes.filter((volume) => !existing.includes(volume));
  if (missing.length > 0) {
    throw new ProblemsError(
      ATTEMPT,
      missing.map(({ name }) => missingProblem(name, stack)),
    );
  }
  const commit = recorded?.release.commit ?? facts.git.head;
  return { stack, topology, commit, images: recorded?.images ?? {} };
}

function openProblem(open: { readonly number: number; readonly stack: StackName }): Problem {
  return {
    subject: `change ${open.number}`,
    what: `to "${open.stack}" was interrupted, so that the state is neither the old nor the new one`,
    advice: [`finish it (pulumi up --stack ${open.stack}), or abort it (rollback abort)`],
  };
}

function nothingRuns(): Problem {
  return {
    subject: "live side",
    what: "neither side's edge runs here, and no change is recorded",
    advice: ["check repository and DOCKER_HOST; rollback status says what is found"],
  };
}

function missingProblem(name: string, stack: StackName): Problem {
  return {
    subject: `volume "${name}"`,
    what: `${stack} uses it, but it is not on this host`,
    advice: [
      "check the name in the Compose file; or bring it back first: pulumi up names the ways",
    ],
  };
}

/** UTC, to the second. */
function idOf(now: Date): string {
  const digits = now.toISOString().replace(/\D/g, "");
  return `${digits.slice(0, 8)}-${digits.slice(8, 14)}`;
}

function summary(manifest: Manifest, mark: PreExecutionMark, seconds: number): object {
  const { id, stack, commit, afterChange } = manifest;
  const volumes = manifest.volumes.map(({ name, bytes, contentBytes, files, sha256 }) => ({
    ...{ name, bytes, contentBytes, files, sha256 },
  }));
  const { references, bytes } = manifest.images ?? { references: [], bytes: 0 };
  const made = { id, stack, commit, afterChange, verified: "archive", ...mark };
  return { ...made, volumes, images: { count: references.length, bytes }, seconds };
}

function printBackup(
  output: Output,
  manifest: Manifest,
  mark: PreExecutionMark,
  seconds: number,
): void {
  output.table({
    head: ["volume", "archive", "content", "sha256", "how it was read"],
    rows: manifest.volumes.map(({ name, bytes, contentBytes, sha256, how }) => [
      name,
      bytesText(bytes),
      bytesText(contentBytes),
      sha256.slice(0, 12),
      how,
    ]),
  });
  if (manifest.images !== null) {
    const { references, bytes } = manifest.images;
    output.line(`images: ${references.length}, ${bytesText(bytes)}`);
  }
  output.line(`branch ${mark.branch}, tag ${mark.tag}: ${pushText(mark.pushed)}`);
  output.line(`backup ${manifest.id} of ${manifest.stack}: verified, ${seconds} s`);
}

function pushText(pushed: string): string {
  if (pushed === "pushed") return "pushed";
  return pushed === "noRemote" ? "the repository has no remote" : `warning: ${pushed}`;
}
