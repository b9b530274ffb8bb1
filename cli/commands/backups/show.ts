import { type Manifest, readManifest } from "../../../backup/format/manifest";
import { statePath } from "../../../host/state-directory";
import { openProject, readFacts } from "../../project/host-facts";
import { bytesText, type Output, processOutput } from "../../terminal/output";
import type { ProjectChoice } from "../../project/project";
import { requireBackup } from "./existing";
import { asJson, examine, type ListedBackup, verifiedText } from "./list";

/** `rollback backups show <id>`: everything that a backup's manifest says, and every time that it was verified. */
export async function showBackup(
  id: string,
  options: ProjectChoice & { readonly json?: boolean },
  output: Output = processOutput(),
): Promise<void> {
  const context = await openProject(options, `show backup "${id}"`);
  await requireBackup(context, id, `show backup "${id}"`);
  const manifest = await readManifest(statePath.backup(context, id));
  const backup = await examine(context, await readFacts(context), manifest);
  if (options.json === true) {
    output.line(JSON.stringify({ ...asJson(backup), manifest }));
    return;
  }
  for (const [label, text] of linesOf(backup)) output.line(`${label.padEnd(15)}${text}`);
  output.table(volumesTable(backup));
}

function linesOf(backup: ListedBackup): [string, string][] {
  const { manifest, bytes, usedBy, verifications } = backup;
  return [
    ["backup", `${manifest.id} (${manifest.kind}, number ${manifest.sequence})`],
    ["of", `${manifest.stack}, commit ${manifest.commit}`],
    ["made (UTC)", manifest.madeAt.slice(0, 19).replace("T", " ")],
    ["after change", String(manifest.afterChange)],
    ["size", bytesText(bytes)],
    ["verified", verifiedText(backup, new Date())],
    ...verifications
      .flatMap(({ problems }) => problems)
      .map((problem): [string, string] => ["  problem", problem]),
    ["used by change", usedBy.join(", ") || "none"],
    ["untracked files", manifest.untrackedFolder ?? "none"],
    ["git bundle", manifest.gitBundle ?? "none"],
    ["images", imagesText(manifest)],
  ];
}

function imagesText({ images }: Manifest): string {
  if (images === null) return "none";
  const { references, bytes } = images;
  return `${references.length}, ${bytesText(bytes)}: ${references.join(", ")}`;
}

function volumesTable({ manifest, damaged }: ListedBackup) {
  return {
    head: ["volume", "archive", "content", "files", "sha256", "how it was read"],
    rows: manifest.volumes.map((volume) => [
      volume.name,
      damaged.includes(volume.name) ? "damaged" : bytesText(volume.bytes),
      bytesText(volume.contentBytes),
      String(volume.files),
      volume.sha256.slice(0, 12),
      volume.how,
    ]),
  };
}
