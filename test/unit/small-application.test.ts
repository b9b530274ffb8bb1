import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simpleGit } from "simple-git";
import { PHASES } from "../support/application";
import { type GeneratedApplication, generateApplication } from "../../demo/application/generate";
import { smallApplication } from "../support/small-application";
import { readRelease } from "../support/small-application/backend/release";

describe("the small variant of the demo application", function () {
  this.timeout(30_000);
  let folder: string;
  let application: GeneratedApplication;

  const git = async (...args: string[]): Promise<string> => simpleGit(application.folder).raw(args);
  const release = () => readRelease(join(application.folder, "backend", "src"));
  const restore = async (phases: readonly number[]): Promise<void> => {
    await git("reset", "--quiet", "--hard", "main");
    const paths = PHASES.filter(({ number }) => phases.includes(number)).flatMap(
      ({ gitPaths }) => gitPaths,
    );
    if (paths.length > 0) await git("checkout", application.tag, "--", ...paths);
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "small-application-"));
    const variant = smallApplication;
    application = await generateApplication({ folder: join(folder, "first"), variant });
  });

  after(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it("has every path of every phase at the tag, and each differs on main", async () => {
    for (const { number, gitPaths } of PHASES) {
      for (const path of gitPaths.filter((path) => !application.untrackedFiles.includes(path))) {
        const differing = await git("diff", "--name-only", application.tag, "main", "--", path);
        assert.notEqual(differing, "", `phase ${number}: ${path}`);
      }
    }
  });

  it("gives the same commit ids again", async () => {
    const variant = smallApplication;
    const second = await generateApplication({ folder: join(folder, "second"), variant });
    assert.deepEqual(second.commits, application.commits);
  });

  for (const phases of [[], [2], [3], [6], [2, 3], [2, 6], [3, 6], [2, 3, 6]]) {
    const named = phases.length === 0 ? "no phase" : `phases ${phases.join(", ")}`;
    it(`has a backend of its own with ${named} rolled back`, async () => {
      await restore(phases);
      assert.deepEqual(release(), {
        tenants: phases.includes(2),
        objects: phases.includes(3),
        platformUrl: phases.includes(6)
          ? "http://mvp-platform-vehicles-api:8000"
          : "http://mvp-platform:8000",
      });
    });
  }

  it("has no backend when half of a phase is rolled back", async () => {
    await restore([]);
    await git("checkout", application.tag, "--", "backend/src/app.ts");
    assert.throws(release, /tenant/);
  });
});
