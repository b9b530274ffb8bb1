import assert from "node:assert/strict";
import { access, mkdir, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { readEnvironment } from "../../demo/environment";
import { checkSettingsOf } from "../support/application";
import { gate } from "../../plan/checks/check";
import { checkSettingsSchema } from "../../plan/checks/settings";
import { CheckedSide } from "./checks-fixture";

const COMPOSE = "services:\n  one:\n    image: x\n";
const MAKEFILE =
  '.PHONY: start test\nstart:\n\tdocker compose up -d\ntest:\n\ttest -n "$$EDGE_URL" -a "$$EXTRA" = more\n';

describe("checks of a release", function () {
  this.timeout(120_000);
  let side: CheckedSide;
  let earlier: string;

  before(async () => {
    side = await CheckedSide.make();
    const { path } = await readEnvironment();
    process.env.PATH = [...path, process.env.PATH].join(delimiter);
    earlier = await side.commit({
      "docker-compose.yml": COMPOSE,
      Makefile: MAKEFILE,
      "README.md": "`make start`, see [docs](docs/README.md)\n",
      "docs/README.md": "[log](redesign/ROLLBACK-LOG.md) and [up](../README.md)\n",
      "docs/redesign/ROLLBACK-LOG.md": "# Log\n",
      "backend/src/app.ts": "1\n",
    });
  });
  after(async () => side.remove());

  const look = async (name: string, commit: string) =>
    side.look(name, { wanted: side.release(commit), earlierCommit: earlier });

  it("validate docker-compose.yml, as Compose does", async () => {
    const read = async (commit: string) =>
      side.look("phase-1-compose-file", {
        wanted: { ...side.release(commit), untracked: await side.untracked() },
      });
    assert.equal((await read(earlier)).found, "valid, 1 services");
    const broken = await side.commit({ "docker-compose.yml": "services: {one: {}}\n" });
    const result = await read(broken);
    assert.match(result.found, /service "one" has neither an image nor a build context/);
    const gone = await side.commit({ "docker-compose.yml": null });
    assert.match((await read(gone)).found, /^docker-compose\.yml: is not in the release: /);
    await side.commit({ "docker-compose.yml": COMPOSE });
  });

  it("compare it with the earlier ref, all of it or a phase's paths, but for the protected ones", async () => {
    const log = await side.commit({ "docs/redesign/ROLLBACK-LOG.md": "# Log\n\n## Change 1\n" });
    assert.equal((await look("full-release", log)).found, `equal to ${earlier.slice(0, 12)}`);
    const code = await side.commit({ "backend/src/app.ts": "2\n", "new.txt": "x\n" });
    const whole = await look("full-release", code);
    assert.equal(whole.found, "backend/src/app.ts differs; new.txt differs");
    assert.equal((await look("phase-9-documentation-restored", code)).outcome, "passed");
    const docs = await side.commit({ "docs/README.md": "other\n" });
    const result = await look("phase-9-documentation-restored", docs);
    assert.equal(result.found, "docs/README.md differs");
    const unknown = await side.look("full-release", { wanted: side.release(code) });
    assert.equal(unknown.found, "no earlier ref is known (config preRef)");
  });

  it("follow the documentation's links, into protected paths of the work tree too", async () => {
    const file = join(side.host.context.repository, "docs/redesign/ROLLBACK-LOG.md");
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, "# Log\n");
    const good = await look("phase-9-links", earlier);
    assert.deepEqual([good.outcome, good.found], ["passed", "3 links in 3 files"]);
    const broken = await side.commit({ "docs/README.md": "[gone](GONE.md) [out](../../etc)\n" });
    const result = await look("phase-9-links", broken);
    assert.equal(result.found, "docs/README.md: docs/GONE.md; docs/README.md: etc");
  });

  it("run every target of the Makefile dry, and those that the documentation mentions", async () => {
    const good = await look("phase-9-makefile", earlier);
    assert.deepEqual([good.outcome, good.found], ["passed", "make -n start, test"]);
    const files = { "README.md": "`make deploy`\n", Makefile: `${MAKEFILE}\nother: missing.o\n` };
    const result = await look("phase-9-makefile", await side.commit(files));
    assert.match(result.found, /make other: .*No rule to make target 'missing\.o'/);
    assert.match(result.found, /make deploy/);
    const read = "include more.mk\nNAMES = up down\n$(NAMES):\n\ttrue\n";
    const more = { "README.md": "none\n", Makefile: read, "more.mk": "more: up\n" };
    const included = await look("phase-9-makefile", await side.commit(more));
    assert.equal(included.found, "make -n down, more, up");
    const torn = await look("phase-9-makefile", await side.commit({ Makefile: "not a rule\n" }));
    assert.match(torn.found, /^make: Makefile:1: \*\*\* missing separator/);
    const none = await look("phase-9-makefile", await side.commit({ Makefile: null }));
    assert.equal(none.found, "the release has no Makefile (ENOENT)");
  });

  it("run the whole suite on a copy of the release, and end it with what it started", async () => {
    const left = join(side.host.context.stateDirectory, "left");
    const run = async (command: string[], deadlineSeconds = 30) => {
      const suite = { command, environment: { EXTRA: "more" } };
      const example = checkSettingsOf("http://127.0.0.1:1/");
      const settings = checkSettingsSchema.parse({ ...example, tests: { backend: ["x"], suite } });
      const check = gate({ phase: "full", row: "row", name: "full-suite" }, { kind: "suite" });
      const options = { settings, wanted: side.release(earlier) };
      return side.look({ ...check, deadlineSeconds }, options);
    };
    assert.equal((await run(["make", "test"])).found, '"make test" ended with 0');
    const failed = await run(["make", "nothing"]);
    assert.match(failed.found, /^"make nothing" ended with 2: make: \*\*\* No rule to make target/);
    assert.match(
      (await run(["no-such-program"])).found,
      /^no-such-program cannot be started on this host/,
    );
    const hung = await run(["bash", "-c", 'sleep 5; mkdir -p "$0"', left], 1);
    assert.equal(hung.found, "no answer within 1 s");
    await assert.rejects(access(left));
  });
});
