import { join } from "node:path";
import { DATA_FACTS_FILE } from "../stores/data-facts";
import { writeDurably } from "../host/durable-file";
import type { Manifest, ManifestVolume } from "./format/manifest";

const README_FILE = "README.md";

/** Puts a text beside the archives that says how to restore each one without this program. */
export async function writeReadme(folder: string, manifest: Manifest): Promise<void> {
  await writeDurably(join(folder, README_FILE), readmeText(manifest));
}

/** Exported for the tests. */
export function readmeText(manifest: Manifest): string {
  return `# Backup ${manifest.id}

Made ${manifest.madeAt} of the stack "${manifest.stack}" (commit ${manifest.commit}).
\`manifest.json\` holds the SHA-256 of every archive: \`sha256sum volumes/*.tar.zst\` must give the same. The list beside each archive
(\`zcat\`) has a line for everything in the volume, with the SHA-256 of every file. \`verifications.json\` tells when all this was checked.

## Restoring by hand

The program restores with \`restore: ${manifest.id}\`. Without it: stop the containers that use the volume, be root, stand in this
folder, and empty the volume first, because extracting merges. An archive is several tars one after the other: \`--ignore-zeros\`
reads them all, and what comes later replaces what came before.

${manifest.volumes.map(volumeText).join("\n")}
## What else is here

${otherLines(manifest).join("\n")}
`;
}

function volumeText(volume: ManifestVolume): string {
  const lines = [
    ...targetLines(volume),
    'find "$target" -mindepth 1 -delete',
    "tar --extract --zstd --ignore-zeros --preserve-permissions --same-owner --numeric-owner --acls \\",
    "  --delay-directory-restore --xattrs --xattrs-include='*' \\",
    `  --file '${volume.file}' --directory "$target"`,
  ];
  return `### ${volume.name} (${volume.data}, ${volume.how})\n\n\`\`\`sh\n${lines.join("\n")}\n\`\`\`\n`;
}

function targetLines(volume: ManifestVolume): string[] {
  if (volume.kind === "folder") {
    return [`target=<the application's repository>/${volume.name}`, 'mkdir -p "$target"'];
  }
  return [
    `volume=${volume.dockerName ?? `<the name of ${volume.name} on Docker>`}`,
    'docker volume create "$volume"',
    `target="$(docker volume inspect --format '{{ .Mountpoint }}' "$volume")"`,
  ];
}

function stateText(file: string): string {
  return file === DATA_FACTS_FILE
    ? "the databases' identifiers, and how many rows each table has at least"
    : "containers and networks as they were";
}

function otherLines(manifest: Manifest): string[] {
  return [
    ...manifest.stateFiles.map((file) => `- \`${file}\`: ${stateText(file)}`),
    ...(manifest.gitBundle === null
      ? []
      : [`- \`${manifest.gitBundle}\`: the whole repository; \`git clone ${manifest.gitBundle}\``]),
    ...(manifest.images === null
      ? []
      : [
          `- \`${manifest.images.file}\`: images; \`zstd -dc ${manifest.images.file} | docker load\``,
        ]),
    ...(manifest.untrackedFolder === null
      ? []
      : [`- \`${manifest.untrackedFolder}/\`: files that git does not know (.env, secrets)`]),
  ];
}
