import { deepEqual, equal, match, rejects, throws } from "node:assert/strict";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  archiveFile,
  type Manifest,
  parseManifest,
  readManifest,
  summaryOf,
  writeManifest,
} from "../../host/backups/manifest";
import { readmeText } from "../../host/backups/readme";

const VOLUME: Manifest["volumes"][number] = {
  name: "admin_postgres_data",
  kind: "volume",
  data: "postgres",
  file: "volumes/admin_postgres_data.tar.zst",
  below: ".",
  bytes: 4_000_000,
  sha256: "a".repeat(64),
  entries: 970,
  rootMode: "700",
  rootUid: 999,
  rootGid: 999,
  how: 'base backup of "admin-postgres", which ran',
};

const MANIFEST: Manifest = {
  version: 1,
  id: "20261123-021500",
  sequence: 3,
  kind: "preExecution",
  stack: "pre-simplification",
  afterChange: 2,
  commit: "0123456789abcdef",
  untracked: "f00d",
  verified: true,
  madeAt: "2026-11-23T02:15:00.000Z",
  namePrefix: "demo-",
  volumes: [VOLUME],
  untrackedFolder: "untracked",
  gitBundle: "repository.bundle",
  stateFiles: ["state/containers.json"],
};

describe("the manifest of a backup", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "manifest-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("is read as it was written, for its owner alone", async () => {
    await writeManifest(folder, MANIFEST);
    deepEqual(await readManifest(folder), MANIFEST);
    equal((await stat(join(folder, "manifest.json"))).mode & 0o777, 0o600);
  });

  it("gives the plan what a backup promises", () => {
    const { id, sequence, kind, stack, afterChange, commit, untracked, verified, madeAt } =
      MANIFEST;
    deepEqual(summaryOf(MANIFEST), {
      ...{ id, sequence, kind, stack, afterChange, commit, untracked, verified, madeAt },
      volumes: ["admin_postgres_data"],
    });
  });

  it("is refused when it is cut off, absent or not one", async () => {
    await rejects(readManifest(folder), /ENOENT/);
    const whole = JSON.stringify(MANIFEST);
    await writeFile(join(folder, "manifest.json"), whole.slice(0, -20));
    await rejects(readManifest(folder), SyntaxError);
  });

  const wrong: readonly [string, object, RegExp][] = [
    ["a later version", { version: 2 }, /version/],
    ["an unknown key", { colour: "red" }, /colour/],
    ["an id that leads out of the backups", { id: "../x" }, /id/],
    ["a sequence that is none", { sequence: 0 }, /sequence/],
    ["a time that is none", { madeAt: "yesterday" }, /madeAt/],
    ["an archive outside the backup", { volumes: [{ ...VOLUME, file: "../../x" }] }, /file/],
    ["an absolute archive", { volumes: [{ ...VOLUME, file: "/x" }] }, /file/],
    ["entries outside the volume", { volumes: [{ ...VOLUME, below: "a/../../b" }] }, /below/],
    ["a checksum that is none", { volumes: [{ ...VOLUME, sha256: "a" }] }, /sha256/],
    ["a mode that is none", { volumes: [{ ...VOLUME, rootMode: "u+x" }] }, /rootMode/],
  ];
  for (const [what, change, named] of wrong) {
    it(`is refused with ${what}, and the message names it`, () => {
      throws(() => parseManifest(JSON.stringify({ ...MANIFEST, ...change })), named);
    });
  }

  it("names archives after volumes, and folders without separators", () => {
    equal(archiveFile("mvp_redis_data"), "volumes/mvp_redis_data.tar.zst");
    equal(archiveFile("data/documents"), "volumes/data__documents.tar.zst");
  });
});

describe("the text beside a backup", () => {
  it("says how to restore a volume and a folder by plain tar, under the names that they had", () => {
    const folder = { ...VOLUME, name: "data/documents", kind: "folder" } as const;
    const text = readmeText({ ...MANIFEST, volumes: [VOLUME, folder] });
    match(text, /docker volume create demo-admin_postgres_data/);
    match(text, /tar --extract --zstd .*\n.*volumes\/admin_postgres_data\.tar\.zst/);
    match(text, /target=<the application's repository>\/data\/documents/);
    match(text, /git clone repository\.bundle/);
  });

  it("restores below the root where the data is there", () => {
    const text = readmeText({ ...MANIFEST, volumes: [{ ...VOLUME, below: "pgdata" }] });
    match(text, /mkdir -p "\$target\/pgdata"/);
    match(text, /--directory "\$target\/pgdata"/);
  });
});
