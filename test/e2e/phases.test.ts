import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  EARLIER_SERVICES,
  PHASES,
  SCENARIOS,
  SIMPLIFIED_SERVICES,
  checkSettingsOf,
  topologyFor,
} from "../support/application";
import { issuerUrl } from "../../demo/workspace";
import { assertHost } from "../support/assert-topology";
import { type Break, commitBroken } from "../support/broken-application";
import { readChecks, recordNumbers } from "../support/records";
import { Scene } from "../support/scene";

interface Expected {
  readonly phase: number;
  readonly replaced?: readonly string[];
  readonly added?: readonly string[];
  readonly removed?: readonly string[];
}

const ALL_AFTER = SIMPLIFIED_SERVICES.map(({ name }) => name);

/** What each phase does to the simplified side's containers; every other one keeps its id. */
const EXPECTED: readonly Expected[] = [
  { phase: 9 },
  { phase: 2, replaced: ["mvp-backend"] },
  { phase: 3, replaced: ["mvp-backend"], added: ["admin-minio"] },
  { phase: 4, replaced: ["mvp-backend", "mvp-platform"] },
  { phase: 5, replaced: ALL_AFTER },
  { phase: 6, replaced: ["mvp-backend"] },
  { phase: 7, replaced: ["mvp-backend", "mvp-postgres"] },
  {
    phase: 8,
    removed: ["mvp-platform"],
    added: [
      "mvp-platform-vehicles-api",
      "mvp-platform-vehicles-db",
      "mvp-platform-vehicles-redis",
      "mvp-platform-vehicles-etl",
    ],
  },
  { phase: 10, replaced: ["mvp-frontend"] },
  { phase: 1, removed: ALL_AFTER, added: EARLIER_SERVICES.map(({ name }) => name) },
];

/** What is broken in one commit of the simplified side, the phase that fixes it, and the checks that find it. */
const BREAKS: readonly (Break & { readonly phase: number; readonly checks: readonly string[] })[] =
  [
    {
      phase: 3,
      checks: ["phase-3-document-download", "phase-3-existing-documents"],
      file: "backend/src/core/storage/filesystem-storage.ts",
      text: "return await readFile(join(this.folder, key));",
      broken: "return (await readFile(join(this.folder, key))).subarray(1);",
    },
    {
      phase: 6,
      checks: [
        "phase-4-platform",
        "phase-6-platform-client",
        "phase-8-platform",
        "phase-8-hierarchy",
      ],
      file: "backend/src/features/vehicles/external/platform-client.ts",
      text: "await response.json();",
      broken: 'path === "makes" ? { makes: [] } : await response.json();',
    },
    {
      phase: 8,
      checks: ["phase-8-vin-decode"],
      file: "mvp-platform-services/vehicles/app/main.py",
      text: "make, model = rows[0]",
      broken: 'make, model = "Nobody", rows[0][1]',
    },
    {
      phase: 9,
      checks: ["phase-9-links"],
      file: "README.md",
      text: "# ",
      broken: "# [gone](docs/gone.md) ",
    },
    {
      phase: 10,
      checks: ["phase-10-page"],
      file: "frontend/src/index.html",
      text: 'type="module" src="main.js"',
      broken: 'src="/gone.js"></script><script type="module" src="main.js"',
    },
  ];

describe("each phase, rolled back alone on the live simplified side and taken back by the next", function () {
  this.timeout("15m");
  let scene: Scene;
  let previous: Expected = { phase: 0 };

  before(async () => {
    scene = await Scene.open();
    await scene.up("pre-simplification");
    await scene.write(2);
    await scene.backUp();
    await scene.up("simplified");
    await scene.write(2);
  });
  after(async () => {
    await scene.close();
  });

  for (const expected of EXPECTED) {
    const { phase } = expected;
    const title = PHASES.find(({ number }) => number === phase)?.title ?? "";

    it(`phase ${phase} (${title}): paths, containers and data follow the flags`, async () => {
      const contents = await scene.client.contents();
      const before = await scene.containerIds();
      await reach(scene, { [`phase${phase}`]: true });
      await assertHost(scene, topologyFor([phase]));
      assertContainers(scene, before, await scene.containerIds(), followedBy(previous, expected));
      assertPaths(scene, phase, "earlier");
      assertPaths(scene, previous.phase, "simplified", phase);
      assert.deepEqual(await scene.client.contents(), contents);
      await scene.write(1);
      previous = expected;
    });
  }

  it("no flag: the simplified side, with everything that was written meanwhile", async () => {
    const contents = await scene.client.contents();
    const before = await scene.containerIds();
    await reach(scene, {});
    await assertHost(scene, topologyFor([]));
    assertContainers(scene, before, await scene.containerIds(), followedBy(previous, { phase: 0 }));
    assertPaths(scene, previous.phase, "simplified");
    assert.deepEqual(await scene.client.contents(), contents);
  });

  for (const { name, phases } of SCENARIOS) {
    it(`scenario ${name}: its own paths, with what they need`, async () => {
      const contents = await scene.client.contents();
      await reach(scene, { scenario: name });
      await assertHost(scene, topologyFor(phases));
      assert.deepEqual(await scene.client.contents(), contents);
      await scene.write(1);
    });
  }

  it("names the phases whose validation fails, and rolling those back fixes what was broken", async () => {
    const simplifiedRef = commitBroken(scene.workspace, BREAKS);
    const finding = BREAKS.flatMap(({ checks }) => checks);
    const checks = {
      ...checkSettingsOf(issuerUrl(scene.workspace.ports)),
      // What is broken stays so however long one waits.
      deadlines: Object.fromEntries(finding.map((name) => [name, 5])),
    };
    await scene.configure("simplified", { simplifiedRef, checks, phase11: true });
    const failed = await scene.tryUp("simplified");
    assert.notEqual(failed.code, 0);
    assert.match(failed.output, /phases whose validation fails: 3, 4, 6, 8, 10$/m);
    assert.deepEqual(await checksThat(scene, "failed"), [...finding].sort());

    const flags = BREAKS.map(({ phase }) => [`phase${phase}`, true] as const);
    await reach(scene, { simplifiedRef, ...Object.fromEntries(flags) });
    const passed = new Set(await checksThat(scene, "passed"));
    const fixed = finding.filter((name) => name !== "phase-4-platform");
    assert.deepEqual(
      fixed.filter((name) => !passed.has(name)),
      [],
    );
    assert.deepEqual(await checksThat(scene, "failed"), []);
  });
});

/** Checks of the last change, by name; not those of logs: what they find depends on what has started since. */
async function checksThat(scene: Scene, outcome: "passed" | "failed"): Promise<readonly string[]> {
  const number = (await recordNumbers(scene.workspace)).at(-1) ?? 0;
  const checks = await readChecks(scene.workspace, number, "checks.json");
  return [...checks]
    .flatMap(([name, found]) => (found === outcome && !/-logs?$/.test(name) ? [name] : []))
    .sort();
}

/** What taking one phase back and rolling another one back does at once. */
function followedBy(one: Expected, next: Expected): Expected {
  const union = (...names: readonly (readonly string[] | undefined)[]) => [
    ...new Set(names.flatMap((each) => each ?? [])),
  ];
  const added = union(one.removed, next.added).filter(
    (name) => next.removed?.includes(name) !== true,
  );
  const removed = union(one.added, next.removed).filter(
    (name) => one.removed?.includes(name) !== true,
  );
  const gone = new Set([...added, ...removed]);
  const replaced = union(one.replaced, next.replaced).filter((name) => !gone.has(name));
  return { phase: next.phase, added, removed, replaced };
}

async function reach(scene: Scene, settings: Readonly<Record<string, unknown>>): Promise<void> {
  await scene.configure("simplified", { ...settings, acceptSchema: true });
  await scene.up("simplified");
}

function assertContainers(
  scene: Scene,
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  { replaced = [], added = [], removed = [] }: Expected,
): void {
  const { namePrefix } = scene.workspace;
  const prefixed = (names: readonly string[]) => names.map((name) => `${namePrefix}${name}`).sort();
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  const of = (keep: (name: string) => boolean) => names.filter(keep);
  assert.deepEqual(
    of((name) => !before.has(name)),
    prefixed(added),
    "added",
  );
  assert.deepEqual(
    of((name) => !after.has(name)),
    prefixed(removed),
    "removed",
  );
  assert.deepEqual(
    of((name) => before.has(name) && after.has(name) && before.get(name) !== after.get(name)),
    prefixed(replaced),
    "replaced",
  );
}

/** The work tree has the phase's paths as the ref has them, deletions included; those of another phase belong to that one. */
function assertPaths(scene: Scene, phase: number, side: "earlier" | "simplified", but = 0): void {
  const { repository, application } = scene.workspace;
  const commit = side === "earlier" ? application.earlierCommit : application.simplifiedCommit;
  const paths = pathspecs(phase, "glob");
  if (paths.length === 0) return;
  const others = [...pathspecs(but, "exclude,glob"), ":(exclude)docs/redesign/ROLLBACK-LOG.md"];
  const diff = ["diff", "--name-only", commit, "HEAD", "--", ...paths, ...others];
  const differing = execFileSync("git", diff, { cwd: repository, encoding: "utf8" });
  assert.equal(differing, "");
}

function pathspecs(phase: number, magic: string): readonly string[] {
  return (PHASES.find(({ number }) => number === phase)?.gitPaths ?? [])
    .filter((path) => path !== "docker-compose.yml")
    .map((path) => `:(${magic})${path.endsWith("/") ? `${path}**` : path}`);
}
