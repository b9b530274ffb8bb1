import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { type ReadModel, readModel } from "../../host/compose/read-model";
import { composeServiceFields, type ComposeModel } from "../../plan/application/compose-model";
import type { Topology } from "../../plan/application/topology";
import { mergeComposeFiles } from "../../plan/compose/merge/merge";
import { topologyOf } from "../../plan/compose/topology-of";
import { sealModel } from "../../plan/compose/seal";
import { readEnvironment } from "../../demo/environment";
import { COMPOSE_FILES, DESCRIPTION, topologyFor } from "../support/application";

/** Phases that have a part of the file, in every combination. */
const COMBINATIONS = [1, 3, 5, 7, 8].reduce<readonly (readonly number[])[]>(
  (all, phase) => [...all, ...all.map((phases) => [...phases, phase])],
  [[]],
);

describe("what Compose makes of docker-compose.yml", function () {
  this.timeout("2m");
  let folder: string;

  before(async () => {
    const { path } = await readEnvironment();
    process.env.PATH = [...path, process.env.PATH].join(delimiter);
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "compose-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function read(text: string): Promise<ReadModel> {
    await writeFile(join(folder, "docker-compose.yml"), text);
    return readModel({ folder, files: ["docker-compose.yml"], profiles: [] });
  }

  async function modelOf(text: string): Promise<ComposeModel> {
    return (await read(text)).model;
  }

  for (const phases of COMBINATIONS) {
    it(`is what the tests take it for, with phases [${phases.join(", ")}] rolled back`, async () => {
      const model = await modelOf(mergeComposeFiles(COMPOSE_FILES, phases, DESCRIPTION));
      const result = topologyOf(model, DESCRIPTION);
      assert.ok(result.ok);
      assert.deepEqual(inOrder(result.topology), inOrder(topologyFor(phases)));
    });
  }

  it("takes nothing of the operator's shell, and variables only from .env", async () => {
    const text = "services: { web: { image: 'web:${TAG:-none}', environment: { SECRET } } }";
    process.env.TAG = "of the shell";
    process.env.SECRET = "of the shell";
    try {
      assert.equal((await modelOf(text)).services.web?.image, "web:none");
      await writeFile(join(folder, ".env"), "TAG=of-the-file\n");
      const { web } = (await modelOf(text)).services;
      assert.deepEqual([web?.image, web?.environment], ["web:of-the-file", { SECRET: null }]);
    } finally {
      delete process.env.TAG;
      delete process.env.SECRET;
    }
  });

  it("has a name in place of every text that came from a variable or an env file", async () => {
    await writeFile(join(folder, ".env"), "KEY=s3cret\n");
    await writeFile(join(folder, "web.env"), "FROM_FILE=s3cret too\n");
    const { model, uninterpolated } = await read(`
services:
  web:
    image: web
    build: { context: ., args: { PLAIN: "1", TOKEN: "\${KEY}" } }
    command: ["serve", "--key", "\${KEY}"]
    entrypoint: ["/bin/sh", "-c"]
    env_file: [web.env]
    environment: ["PLAIN=text", "KEY=\${KEY}", "DOLLAR=$$KEY", "LOOKS=sealed:like-it"]
    labels: { plain: "1", "key": "\${KEY}" }
    healthcheck: { test: "curl -H \${KEY} localhost" }
`);
    const { model: sealed, texts } = sealModel(model, uninterpolated, (text) => `<${text.length}>`);
    const { web } = sealed.services;
    assert.deepEqual(web?.environment, {
      DOLLAR: "$KEY",
      FROM_FILE: "sealed:<10>",
      KEY: "sealed:<6>",
      LOOKS: "sealed:<14>",
      PLAIN: "text",
    });
    assert.deepEqual(web.build?.args, { PLAIN: "1", TOKEN: "sealed:<6>" });
    assert.deepEqual(web.command, ["sealed:<5>", "sealed:<5>", "sealed:<6>"]);
    assert.deepEqual(web.entrypoint, ["/bin/sh", "-c"]);
    assert.deepEqual(web.labels, { key: "sealed:<6>", plain: "1" });
    assert.equal(web.healthcheck?.test?.length, 2);
    assert.ok(!JSON.stringify(sealed).includes("s3cret"));
    assert.equal(texts["sealed:<10>"], "s3cret too");
  });

  it("has every field that is applied, in Compose's own words, and paths of the release", async () => {
    await writeFile(join(folder, "every.env"), "FROM_FILE=1\n");
    const text = await readFile(join(__dirname, "every-field.yml"), "utf8");
    await writeFile(join(folder, "docker-compose.yml"), text);
    const files = ["docker-compose.yml"];
    const { model } = await readModel({ folder, files, profiles: ["more"] });
    const { every, limited, other } = model.services;
    const wanted = Object.keys(composeServiceFields).filter((field) => field !== "privileged");
    const found = [every, limited, other].flatMap((service) => Object.keys(service ?? {}));
    assert.deepEqual([...new Set(found)].sort(), wanted.sort());
    assert.deepEqual(every?.build, {
      context: "every",
      dockerfile: "Dockerfile.every",
      args: { LEVEL: "3" },
      target: "final",
      additional_contexts: { shared: "shared" },
    });
    const environment = { FLAG: "true", FROM_FILE: "1", NUMBER: "3", PASSED: null, PLAIN: "text" };
    assert.deepEqual(every.environment, environment);
    const binds = every.volumes?.flatMap((mount) => (mount.type === "bind" ? [mount.source] : []));
    assert.deepEqual(binds, ["config/every.yml", "/var/run/docker.sock"]);
    assert.equal(model.secrets.key?.file, "secrets/key.txt");
    assert.equal(model.configs.settings?.file, "config/settings.json");
  });

  it("keeps what its author has named like an extension, or refuses what Compose loses", async () => {
    const service = (labels: string) =>
      `services: { x-web: { image: web, x-own: dropped, labels: ${labels} } }`;
    const { "x-web": web } = (await modelOf(service("[x-note=kept]"))).services;
    assert.deepEqual(web?.labels, { "x-note": "kept" });
    await assert.rejects(
      modelOf(service("{ x-note: lost }")),
      /services\.x-web\.labels: has a name that begins with x-/,
    );
  });

  it("is refused by the path of each field that is not applied", async () => {
    const text = `
services:
  web: { image: web, x-note: kept, cgroup_parent: other, scale: 3 }
networks: { default: { driver: bridge } }`;
    await assert.rejects(modelOf(text), (error: Error) => {
      assert.match(error.message, /^cannot read the application's Compose files: 2 problems/);
      assert.match(error.message, /services\.web\.cgroup_parent: is a field of Compose that/);
      assert.match(error.message, /services\.web\.scale: has a value that this program does not/);
      return true;
    });
  });

  it("cannot be read without a Compose that is new enough", async () => {
    const { PATH } = process.env;
    try {
      process.env.PATH = folder;
      await assert.rejects(
        modelOf("services: {}"),
        /Docker Compose 2\.20\.0 or newer is needed: found neither docker compose nor docker-compose/,
      );
      await writeFile(join(folder, "docker-compose"), "#!/bin/sh\necho 2.9.0\n", { mode: 0o755 });
      await assert.rejects(
        modelOf("services: {}"),
        /Docker Compose 2\.20\.0 or newer is needed: found docker-compose 2\.9\.0; install/,
      );
    } finally {
      process.env.PATH = PATH;
    }
  });

  it("is refused in Compose's own words where Compose refuses the file", async () => {
    await assert.rejects(
      modelOf("services: { web: { image: web, depends_on: [none] } }"),
      /docker-compose\.yml: Compose refuses it\n.*web.* depends on undefined service .*none/,
    );
  });
});

/** Compose sorts services and networks by name, a file has them in its own order. */
function inOrder({ services, networks, ...rest }: Topology): Topology {
  const sorted = <T extends { readonly name: string }>(all: readonly T[]): T[] =>
    [...all].sort((one, other) => (one.name < other.name ? -1 : 1));
  return {
    ...rest,
    services: sorted(services).map((service) => ({
      ...service,
      networks: sorted(service.networks),
      dependsOn: [...service.dependsOn].sort(),
    })),
    networks: sorted(networks),
  };
}
