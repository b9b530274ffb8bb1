import { readFileSync } from "node:fs";
import { join } from "node:path";
import { placeOf } from "../plan/application/topologies";
import type { GovernedVolume } from "../plan/application/topology";
import type { Problem } from "../plan/problem";
import type { HostContext } from "../host/context";
import { runHelper } from "../host/docker/helper";
import { volumeMount } from "../host/docker/users";
import { makePrivateFolder } from "../host/durable-file";
import { EXPECTED_SHARE } from "./reading/space";
import { existingVolumes } from "./volumes/existing";

/** What a change is going to write, but for what is so small that it does not matter. */
export interface Writing {
  /** Volumes whose content goes to the state directory; one that is not on this host takes no room. */
  readonly saved: readonly {
    readonly volume: GovernedVolume;
    readonly as: "backup" | "snapshot";
  }[];
  /** Volumes that are filled, each from an archive of so many bytes of content or from another volume. */
  readonly filled: readonly {
    readonly volume: GovernedVolume;
    readonly from: GovernedVolume | number;
  }[];
}

/** Something that is to be written, and the file system that it goes to. */
interface Need {
  readonly what: string;
  readonly bytes: number;
  readonly disk: Disk;
}

interface Disk {
  /** Number of the device. */
  readonly device: string;
  readonly freeBytes: number;
}

/** Both in bytes: what files hold, holes included, and what they take. */
interface Content {
  readonly apparent: number;
  readonly allocated: number;
}

interface Sizes {
  readonly state: Disk;
  /** Where a volume is, or will be. */
  diskOf(volume: GovernedVolume): Disk;
  /** How much is in it; nothing where it is not on this host. */
  contentOf(volume: GovernedVolume): Content;
}

/**
 * What there is too little space for, disk by disk. Asked before anything is stopped: what is stopped for a change has to be known to be
 * possible.
 */
export async function spaceProblems(
  context: HostContext,
  { saved, filled }: Writing,
): Promise<readonly Problem[]> {
  if (saved.length === 0 && filled.length === 0) return [];
  const sources = filled.flatMap(({ from }) => (typeof from === "number" ? [] : [from]));
  const written = [...saved, ...filled].map(({ volume }) => volume);
  const sizes = await measure(context, [...sources, ...written]);
  const needs: readonly Need[] = [
    ...saved.map(({ volume, as }) => {
      const bytes = Math.ceil(sizes.contentOf(volume).allocated * EXPECTED_SHARE);
      return { what: `${as} of ${volume.name}`, bytes, disk: sizes.state };
    }),
    ...filled.map(({ volume, from }) => {
      const content = sizes.contentOf(volume);
      const bytes =
        typeof from === "number"
          ? from - content.apparent
          : sizes.contentOf(from).allocated - content.allocated;
      return { what: volume.name, bytes, disk: sizes.diskOf(volume) };
    }),
  ];
  const devices = new Set(needs.map(({ disk }) => disk.device));
  return [...devices].flatMap((device) =>
    problemsOf(needs.filter(({ disk, bytes }) => disk.device === device && bytes > 0)),
  );
}

/** Of everything that goes to one disk. */
function problemsOf(needs: readonly Need[]): readonly Problem[] {
  const needed = needs.reduce((total, { bytes }) => total + bytes, 0);
  const free = needs[0]?.disk.freeBytes ?? 0;
  if (needed <= free) return [];
  return [
    {
      subject: `disk of ${needs.map(({ what }) => what).join(", ")}`,
      what: "there is too little space for what has to be saved and restored",
      advice: [
        `needed: about ${needed} bytes, free: ${free} bytes`,
        ...needs.map(({ what, bytes }) => `${what}: about ${bytes} bytes`),
        "make room on it (rollback backups prune), or move the state directory: config stateDirectory",
        ...(needs.some(({ what }) => what.startsWith("snapshot of "))
          ? ["or do without the snapshot of what is overwritten: config safety none"]
          : []),
      ],
    },
  ];
}

const STATE = "/state";
const REPOSITORY = "/repository";
/** Docker mounts it from where it keeps everything, volumes too. */
const DOCKER_ROOT = "/etc/hosts";

const MEASURE = readFileSync(join(__dirname, "measure.sh"), "utf8");

async function measure(context: HostContext, volumes: readonly GovernedVolume[]): Promise<Sizes> {
  const once = [...new Map(volumes.map((volume) => [placeOf(volume), volume])).values()];
  const existing = await existingVolumes(context, once);
  const mounts = existing.map((volume, index) =>
    volumeMount(context, volume, { readOnly: true, target: `/volumes/${index}` }),
  );
  await makePrivateFolder(context.stateDirectory);
  const text = await runHelper(context, {
    purpose: "space",
    script: MEASURE,
    arguments: [STATE, REPOSITORY, DOCKER_ROOT, ...mounts.map(({ target }) => target)],
    mounts: [
      { type: "bind", source: context.stateDirectory, target: STATE, readOnly: true },
      { type: "bind", source: context.repository, target: REPOSITORY, readOnly: true },
      ...mounts,
    ],
  });
  const [state, repository, docker, ...found] = text.trim().split("\n").map(measuredOf);
  if (state === undefined || repository === undefined || docker === undefined) {
    throw new Error(`free space could not be measured: ${text}`);
  }
  const known = new Map(existing.map((volume, index) => [placeOf(volume), found[index]]));
  return {
    state,
    diskOf: (volume) =>
      known.get(placeOf(volume)) ?? (volume.kind === "folder" ? repository : docker),
    contentOf: (volume) => known.get(placeOf(volume)) ?? { apparent: 0, allocated: 0 },
  };
}

function measuredOf(line: string): Disk & Content {
  const [device = "", ...numbers] = line.trim().split(/\s+/);
  const [freeBytes = 0, apparent = 0, allocated = 0] = numbers.map(Number);
  return { device, freeBytes, apparent, allocated };
}
