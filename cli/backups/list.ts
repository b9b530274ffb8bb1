import { stat } from "node:fs/promises";
import { join } from "node:path";
import { readManifests } from "../host/backups/list";
import type { Manifest } from "../host/backups/manifest";
import type { HostContext } from "../host/context";
import { statePath } from "../host/state-directory";
import { openProject } from "./host-facts";
import { bytesText, type Output, processOutput } from "./output";
import type { ProjectChoice } from "./project";

interface ListedBackup {
  readonly manifest: Manifest;
  readonly bytes: number;
  /** Archives that the manifest names and that are not there, or have another size. */
  readonly damaged: readonly string[];
}

/** `rollback backups`: the complete backups, newest first. Checksums are checked when one is used, not here. */
export async function backups(
  options: ProjectChoice & { readonly json?: boolean },
  output: Output = processOutput(),
): Promise<void> {
  const context = await openProject(options, "list backups");
  const manifests = await readManifests(context);
  const listed = await Promise.all(
    manifests.reverse().map((manifest) => examine(context, manifest)),
  );
  if (options.json === true) output.line(JSON.stringify(listed.map(asJson)));
  else if (listed.length === 0) output.line("no backup yet: rollback backup makes one");
  else output.table({ head: HEAD, rows: listed.map(rowOf) });
}

const HEAD = ["id", "kind", "of", "made (UTC)", "after change", "volumes", "size", "state"];

async function examine(context: HostContext, manifest: Manifest): Promise<ListedBackup> {
  const folder = statePath.backup(context, manifest.id);
  const sizes = await Promise.all(
    manifest.volumes.map(({ file }) =>
      stat(join(folder, file)).then(
        ({ size }) => size,
        () => null,
      ),
    ),
  );
  return {
    manifest,
    bytes: manifest.volumes.reduce((sum, { bytes }) => sum + bytes, 0),
    damaged: manifest.volumes
      .filter(({ bytes }, index) => sizes[index] !== bytes)
      .map(({ name }) => name),
  };
}

function rowOf({ manifest, bytes, damaged }: ListedBackup): string[] {
  return [
    manifest.id,
    manifest.kind,
    manifest.stack,
    manifest.madeAt.slice(0, 19).replace("T", " "),
    String(manifest.afterChange),
    String(manifest.volumes.length),
    bytesText(bytes),
    damaged.length > 0 ? `damaged: ${damaged.join(", ")}` : verifiedText(manifest.verified),
  ];
}

function verifiedText(verified: boolean): string {
  return verified ? "verified" : "not verified";
}

function asJson({ manifest, bytes, damaged }: ListedBackup): object {
  const { id, sequence, kind, stack, madeAt, afterChange, commit, verified } = manifest;
  const volumes = manifest.volumes.map(({ name }) => name);
  return {
    id,
    sequence,
    kind,
    stack,
    madeAt,
    afterChange,
    commit,
    volumes,
    bytes,
    verified,
    damaged,
  };
}
