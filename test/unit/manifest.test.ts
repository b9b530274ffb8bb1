import { deepEqual, equal, match, rejects, throws } from "node:assert/strict";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  archiveFile,
  entriesFile,
  type Manifest,
  parseManifest,
  readManifest,
  summaryOf,
  writeManifest,
} from "../../backup/format/manifest";
import { readmeText } from "../../backup/readme";
import {
  addVerification,
  readVerifications,
  type Verification,
} from "../../backup/format/verifications";
import { walSegments } from "../../stores/wal-segments";

const VOLUME: Manifest["volumes"][number] = {
  name: "admin_postgres_data",
  kind: "volume",
  data: "postgres",
  dockerName: "demo-admin_postgres_data",
  file: "volumes/admin_postgres_data.tar.zst",
  bytes: 4_000_000,
  sha256: "a".repeat(64),
  entriesFile: "volumes/admin_postgres_data.entries.jsonl.gz",
  entries: 970,
  files: 940,
  contentBytes: 46_000_000,
  entriesSha256: "b".repeat(64),
  how: 'base backup of "admin-postgres", which ran',
};

const MANIFEST: Manifest = {
  version: 3,
  id: "20261123-021500",
  sequence: 3,
  kind: "preExecution",
  stack: "pre-simplification",
  afterChange: 2,
  commit: "0123456789abcdef",
  untracked: "f00d",
  application: "89abcdef01234567",
  madeAt: "2026-11-23T02:15:00.000Z",
  volumes: [VOLUME],
  untrackedFolder: "untracked",
  gitBundle: "repository.bundle",
  images: {
    ...{ file: "images.tar.zst", bytes: 90_000_000, sha256: "c".repeat(64) },
    references: ["redis:7"],
  },
  stateFiles: ["state/containers.json"],
};

const PASSED: Verification = {
  ...{ level: "archive", at: "2026-11-23T02:15:00.000Z", ok: true, problems: [] },
};
const FAILED: Verification = {
  ...{ level: "files", at: "2026-11-24T02:15:00.000Z", ok: false, problems: ["a file differs"] },
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
    const { id, sequence, kind, stack, afterChange, commit, untracked, madeAt } = MANIFEST;
    deepEqual(summaryOf(MANIFEST, [PASSED]), {
      ...{ id, sequence, kind, stack, afterChange, commit, untracked, madeAt },
      verified: true,
      volumes: ["admin_postgres_data"],
      images: ["redis:7"],
    });
    deepEqual(summaryOf({ ...MANIFEST, images: null }, []).images, []);
  });

  it("counts as verified by its newest verification, whatever was found before", () => {
    equal(summaryOf(MANIFEST, []).verified, false);
    equal(summaryOf(MANIFEST, [PASSED, FAILED]).verified, false);
    equal(summaryOf(MANIFEST, [FAILED, PASSED]).verified, true);
  });

  it("is refused when it is cut off, absent or not one", async () => {
    await rejects(readManifest(folder), /ENOENT/);
    const whole = JSON.stringify(MANIFEST);
    await writeFile(join(folder, "manifest.json"), whole.slice(0, -20));
    await rejects(readManifest(folder), SyntaxError);
  });

  const wrong: readonly [string, object, RegExp][] = [
    ["the version before", { version: 1 }, /version/],
    ["an unknown key", { colour: "red" }, /colour/],
    ["an id that leads out of the backups", { id: "../x" }, /id/],
    ["a sequence that is none", { sequence: 0 }, /sequence/],
    ["a time that is none", { madeAt: "yesterday" }, /madeAt/],
    ["an archive outside the backup", { volumes: [{ ...VOLUME, file: "../../x" }] }, /file/],
    ["an absolute archive", { volumes: [{ ...VOLUME, file: "/x" }] }, /file/],
    [
      "a list outside the backup",
      { volumes: [{ ...VOLUME, entriesFile: "a/../../b" }] },
      /entries/,
    ],
    ["a checksum that is none", { volumes: [{ ...VOLUME, sha256: "a" }] }, /sha256/],
    ["half a file", { volumes: [{ ...VOLUME, files: 0.5 }] }, /files/],
    ["no application", { application: "" }, /application/],
  ];
  for (const [what, change, named] of wrong) {
    it(`is refused with ${what}, and the message names it`, () => {
      throws(() => parseManifest(JSON.stringify({ ...MANIFEST, ...change })), named);
    });
  }

  it("names archives after volumes, and folders without separators", () => {
    equal(archiveFile("mvp_redis_data"), "volumes/mvp_redis_data.tar.zst");
    equal(archiveFile("data/documents"), "volumes/data__documents.tar.zst");
    equal(entriesFile("data/documents"), "volumes/data__documents.entries.jsonl.gz");
  });
});

describe("the verifications of a backup", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "verifications-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("are kept in their order, and none where the file is damaged", async () => {
    deepEqual(await readVerifications(folder), []);
    await addVerification(folder, PASSED);
    await addVerification(folder, FAILED);
    deepEqual(await readVerifications(folder), [PASSED, FAILED]);
    await writeFile(join(folder, "verifications.json"), "[{");
    deepEqual(await readVerifications(folder), []);
  });
});

describe("the write-ahead log of a base backup", () => {
  const range = {
    label: "START WAL LOCATION: 0/FE000028 (file 0000000200000000000000FE)\nLABEL: x\n",
    lastSegment: "000000020000000100000000",
    segmentBytes: 16 * 1024 * 1024,
  };
  const names = ["00000002.history", "0000000200000000000000FD", "000000020000000100000000"];

  it("is every segment from its start to its end, over the end of a file, and the timelines", () => {
    const whole = ["0000000200000000000000FF", "0000000200000000000000FE", ...names];
    deepEqual(walSegments(whole, range), [
      "00000002.history",
      "0000000200000000000000FE",
      "0000000200000000000000FF",
      "000000020000000100000000",
    ]);
  });

  it("is refused when a segment is missing, or the label does not tell where it begins", () => {
    const cut = ["0000000200000000000000FE", ...names];
    throws(() => walSegments(cut, range), /not whole: 2 of 3 segments/);
    throws(() => walSegments(names, { ...range, label: "LABEL: x" }), /does not tell its start/);
  });
});

describe("the text beside a backup", () => {
  it("says how to restore a volume and a folder by plain tar, under the names that they had", () => {
    const inFolder = { name: "data/documents", kind: "folder", dockerName: null } as const;
    const folder = { ...VOLUME, ...inFolder };
    const text = readmeText({ ...MANIFEST, volumes: [VOLUME, folder] });
    match(text, /^volume=demo-admin_postgres_data\ndocker volume create "\$volume"$/m);
    match(
      text,
      /tar --extract --zstd --ignore-zeros .*\n.*\n.*volumes\/admin_postgres_data\.tar\.zst/,
    );
    match(text, /target=<the application's repository>\/data\/documents/);
    match(text, /git clone repository\.bundle/);
    match(text, /zstd -dc images\.tar\.zst \| docker load/);
  });
});
