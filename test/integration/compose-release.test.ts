import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter } from "node:path";
import { readEnvironment } from "../../demo/environment";
import { releaseModel } from "../../host/compose/release-model";
import { releaseReader } from "../../host/release/read-file";
import { saveUntracked, workTreeUntracked } from "../../host/untracked/save-untracked";
import type { ComposeModel } from "../../plan/application/compose-model";
import { GitFixture } from "./git-fixture";

const UNTRACKED = [".env", "secrets/"];
const FILES = ["docker-compose.yml"];

describe("what Compose makes of a release", function () {
  this.timeout("1m");
  let fixture: GitFixture;

  before(async () => {
    const { path } = await readEnvironment();
    process.env.PATH = [...path, process.env.PATH].join(delimiter);
  });
  beforeEach(() => {
    fixture = new GitFixture();
    fixture.write(".gitignore", ".env\nsecrets/\n");
    fixture.write(
      "docker-compose.yml",
      `include: [parts/cache.yml]
services:
  web:
    image: web:\${TAG}
    env_file: [config/web.env, { path: config/more.env, required: false }, secrets/web.env]
    volumes: ["./config:/etc/web:ro"]
  worker: { extends: { file: common/base.yml, service: base } }`,
    );
    fixture.write("parts/cache.yml", "services: { cache: { image: cache, env_file: cache.env } }");
    fixture.write("parts/cache.env", "CACHE=1\n");
    fixture.write("common/base.yml", "services: { base: { image: base, env_file: base.env } }");
    fixture.write("common/base.env", "BASE=1\n");
    fixture.write("config/web.env", "WEB=1\n");
    fixture.commit("one");
    fixture.write(".env", "TAG=one\n", 0o600);
    fixture.write("secrets/web.env", "KEY=secret\n", 0o600);
  });
  afterEach(() => {
    fixture.dispose();
  });

  async function modelOf(commit: string, contentId: string): Promise<ComposeModel> {
    const untracked = { base: contentId, overlays: [] };
    const read = await releaseReader(fixture.context, commit, untracked);
    return (await releaseModel(read, { files: FILES, profiles: [] })).model;
  }

  it("is that of its commit and its untracked files, whatever the work tree has by now", async () => {
    const commit = fixture.git("rev-parse", "HEAD");
    const saved = await saveUntracked(fixture.context, UNTRACKED);
    fixture.write("config/web.env", "WEB=2\n");
    fixture.write(".env", "TAG=two\n");
    fixture.write("secrets/web.env", "KEY=other\n");
    fixture.commit("two");
    const { services } = await modelOf(commit, saved);
    assert.equal(services.web?.image, "web:one");
    assert.deepEqual(services.web.environment, { KEY: "secret", WEB: "1" });
    assert.deepEqual(services.cache?.environment, { CACHE: "1" });
    assert.deepEqual(services.worker?.environment, { BASE: "1" });
    assert.deepEqual(services.web.volumes, [
      {
        ...{ type: "bind", source: "config", target: "/etc/web", read_only: true },
        bind: { create_host_path: true },
      },
    ]);
  });

  it("is read from the work tree's untracked files where no change has saved them yet", async () => {
    fixture.write(
      "docker-compose.yml",
      "services: { web: { image: web, env_file: [secrets/app/web.env] } }",
    );
    const commit = fixture.commit("two");
    fixture.write("secrets/app/web.env", "KEY=of the work tree\n");
    const { untrackedPaths } = fixture.context.application;
    const id = await workTreeUntracked(fixture.context, untrackedPaths);
    const { web } = (await modelOf(commit, id)).services;
    assert.deepEqual(web?.environment, { KEY: "of the work tree" });
  });

  it("is refused with every file that is missing, by the file that names it, and leaves nothing behind", async () => {
    fixture.remove("common/base.env");
    fixture.remove("parts/cache.env");
    const commit = fixture.commit("two");
    const saved = await saveUntracked(fixture.context, UNTRACKED);
    await assert.rejects(modelOf(commit, saved), (error: Error) => {
      assert.match(error.message, /^cannot read the application's Compose files: 2 problems/);
      assert.match(
        error.message,
        /parts\/cache\.env: is named by parts\/cache\.yml, and is neither/,
      );
      assert.match(error.message, /common\/base\.env: is named by common\/base\.yml, and is/);
      return true;
    });
    assert.deepEqual(
      readdirSync(tmpdir()).filter((name) => name.startsWith("motovaultpro-compose-")),
      [],
    );
  });
});
