import { stat } from "node:fs/promises";
import { join } from "node:path";
import { readManifests } from "../../../backup/format/list";
import type { Manifest } from "../../../backup/format/manifest";
import { readVerifications, type Verification } from "../../../backup/format/verifications";
import type { HostContext } from "../../../host/context";
import { statePath } from "../../../host/state-directory";
import type { Facts } from "../../../plan/model/observed";
import { changesThatUsed } from "../../../plan/data/retention";
import { openProject, readFacts } from "../../project/host-facts";
import { ageText, bytesText, type Output, processOutput } from "../../terminal/output";
import type { ProjectChoice } from "../../project/project";

/** A complete backup as a person looks at it. */
export interface ListedBackup {
  readonly manifest: Manifest;
  /** Of all archives, images included. */
  readonly bytes: number;
  /** Volumes (and "images") whose archive is not there or has another size than the manifest says. */
  readonly damaged: readonly string[];
  readonly verifications: readonly Verification[];
  /** Changes that took a volume's content from it. */
  readonly usedBy: readonly number[];
}

/** `rollback backups`: the complete backups, newest first. Nothing is read whole here: `verify` does that. */
export async function listBackups(
  options: ProjectChoice & { readonly json?: boolean },
  output: Output = processOutput(),
): Promise<void> {
  const context = await openProject(options, "list backups");
  const facts = await readFacts(context);
  const manifests = (await readManifests(context)).reverse();
  const listed = await Promise.all(manifests.map((manifest) => examine(context, facts, manifest)));
  if (options.json === true) output.line(JSON.stringify(listed.map(asJson)));
  else if (listed.length === 0) output.line("no backup yet: rollback backup makes one");
  else output.table({ head: HEAD, rows: listed.map((backup) => rowOf(backup, new Date())) });
}

const HEAD = ["id", "kind", "of", "age", "volumes", "size", "verified", "used by change"];

/** Looks at a backup's files without reading them. */
export async function examine(
  context: HostContext,
  facts: Facts,
  manifest: Manifest,
): Promise<ListedBackup> {
  const folder = statePath.backup(context, manifest.id);
  const { volumes, images } = manifest;
  const archives = [...volumes, ...(images === null ? [] : [{ name: "images", ...images }])];
  const sizes = await Promise.all(
    archives.map(({ file }) =>
      stat(join(folder, file)).then(
        ({ size }) => size,
        () => null,
      ),
    ),
  );
  return {
    manifest,
    bytes: archives.reduce((sum, { bytes }) => sum + bytes, 0),
    damaged: archives.filter(({ bytes }, index) => sizes[index] !== bytes).map(({ name }) => name),
    verifications: await readVerifications(folder),
    usedBy: changesThatUsed(facts, manifest.id),
  };
}

function rowOf(backup: ListedBackup, now: Date): string[] {
  const { manifest, bytes, usedBy } = backup;
  return [
    manifest.id,
    manifest.kind,
    manifest.stack,
    ageText(manifest.madeAt, now),
    String(manifest.volumes.length),
    bytesText(bytes),
    verifiedText(backup, now),
    usedBy.join(", ") || "-",
  ];
}

/** In a few words: whether a backup can be relied on, since when, and how far it was looked at. */
export function verifiedText({ damaged, verifications }: ListedBackup, now: Date): string {
  if (damaged.length > 0) return `damaged: ${damaged.join(", ")}`;
  const last = verifications.at(-1);
  if (last === undefined) return "never";
  const when = `${last.level}, ${ageText(last.at, now)} ago`;
  return last.ok ? when : `failed (${when})`;
}

/** What `--json` prints of a backup. */
export function asJson({ manifest, ...found }: ListedBackup): object {
  const { id, sequence, kind, stack, madeAt, afterChange, commit } = manifest;
  const volumes = manifest.volumes.map(({ name }) => name);
  const images = manifest.images?.references ?? [];
  return { id, sequence, kind, stack, madeAt, afterChange, commit, volumes, images, ...found };
}
