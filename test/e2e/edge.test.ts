import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SHAPES } from "../../demo/shape";
import { findCompose, runCompose } from "../../host/compose/cli";
import { EDGE_NAMES } from "../support/application";
import { assertTopology } from "../support/assert-topology";
import { commitCompose } from "../support/commit-compose";
import { readChange, recordNumbers } from "../support/records";
import { Scene } from "../support/scene";

const STACK = "pre-simplification";

describe("the edge of the live side", function () {
  this.timeout("15m");
  let scene: Scene;
  let edge: string;

  before(async () => {
    scene = await Scene.open();
    edge = `${scene.workspace.namePrefix}${EDGE_NAMES[STACK]}`;
    await scene.up(STACK);
  });
  after(async () => {
    await scene.close();
  });

  it("and all that runs with it are seen by the team's own Compose", async () => {
    const compose = await composeIn(scene);
    const running = await compose("ps", "--services", "--filter", "status=running");
    assert.deepEqual(running.trim().split("\n").sort(), [...SHAPES[STACK].services].sort());
    assert.equal((await compose("exec", "-T", "admin-redis", "redis-cli", "ping")).trim(), "PONG");
    assert.match(await compose("logs", "admin-redis"), /Ready to accept connections/);
    assert.match(await compose("top", "admin-redis"), /redis-server/);
    const redis = `${scene.workspace.namePrefix}admin-redis`;
    const before = await scene.containerIds();
    await compose("stop", "admin-redis");
    assert.equal((await scene.docker.docker.getContainer(redis).inspect()).State.Running, false);
    await compose("start", "admin-redis");
    assert.equal((await scene.docker.docker.getContainer(redis).inspect()).State.Running, true);
    assert.deepEqual(await scene.containerIds(), before);
  });

  it("is replaced alone when a commit gives it another image, and serves again", async () => {
    const before = await scene.containerIds();
    const image = await otherEdgeImage(scene);
    const { tag } = scene.workspace.application;
    const preRef = await commitCompose(scene, tag, [["${TRAEFIK_IMAGE:-traefik:v3.4}", image]]);
    await scene.configure(STACK, { preRef });
    await scene.up(STACK);

    const container = await scene.docker.docker.getContainer(edge).inspect();
    assert.equal(container.Image, (await scene.docker.docker.getImage(image).inspect()).Id);
    assert.deepEqual(replaced(before, await scene.containerIds()), [edge]);
    await assertServes(scene);
    assert.deepEqual(await recordNumbers(scene.workspace), [1, 2]);
    await assertDone(scene, 2, "inPlace");
  });

  it("stays when a commit changes and adds other services, which the preview tells by name and field", async () => {
    const before = await scene.containerIds();
    const { namePrefix, application, environment } = scene.workspace;
    const preRef = await commitCompose(scene, application.tag, [
      ["${TRAEFIK_IMAGE:-traefik:v3.4}", otherEdge(scene)],
      ["POSTGRES_USER: platform\n", "POSTGRES_USER: platform\n      TZ: UTC\n"],
      [
        "  platform-redis:\n    <<: *redis\n",
        "  platform-redis:\n    <<: *redis\n    mem_limit: 128m\n",
      ],
      ["\nnetworks:\n", `\n${fifteenth(environment.images.helper ?? "")}\nnetworks:\n`],
    ]);
    await scene.configure(STACK, { preRef });
    const preview = await scene.preview(STACK);
    for (const line of [
      "containers added: mailer, mailer-setup",
      "containers replaced: platform-postgres, platform-redis",
      'platform-postgres: environment.TZ: "UTC" is new',
      'platform-redis: mem_limit: "134217728" is new',
    ]) {
      assert.ok(preview.includes(line), `"${line}" is not in:\n${preview}`);
    }
    await scene.up(STACK);

    const after = await scene.containerIds();
    const added = ["mailer", "mailer-setup"].map((name) => `${namePrefix}${name}`);
    assert.deepEqual([...after.keys()].filter((name) => !before.has(name)).sort(), added);
    const [mailer, setUp] = await Promise.all(
      added.map(async (name) => (await scene.docker.docker.getContainer(name).inspect()).State),
    );
    assert.equal(setUp?.ExitCode, 0);
    assert.ok(mailer?.Running && mailer.StartedAt > setUp.FinishedAt);
    const changed = [...after].filter(([name, id]) => before.get(name) !== id);
    assert.deepEqual(changed.map(([name]) => name.slice(namePrefix.length)).sort(), [
      ...["mailer", "mailer-setup", "platform-postgres", "platform-redis"],
    ]);
    const redis = scene.docker.docker.getContainer(`${namePrefix}platform-redis`);
    assert.equal((await redis.inspect()).HostConfig.Memory, 128 * 2 ** 20);
    await assertServes(scene);
    await assertDone(scene, 3, "inPlace");
    assert.match((await scene.up(STACK)).output, / unchanged\n/);
    assert.deepEqual(await scene.containerIds(), after);
  });

  it("is started again when somebody stopped it, and no container is replaced", async () => {
    const before = await scene.containerIds();
    await scene.docker.docker.getContainer(edge).stop();
    await assert.rejects(scene.client.status("/api/health"));
    await scene.up(STACK);

    assert.deepEqual(await scene.containerIds(), before);
    await assertServes(scene);
    assert.deepEqual(await recordNumbers(scene.workspace), [1, 2, 3, 4]);
    await assertDone(scene, 4, "repair");
  });
});

/** Docker Compose, as the team calls it in the repository's folder. */
async function composeIn({ workspace }: Scene): Promise<(...argv: string[]) => Promise<string>> {
  process.env.PATH = workspace.variables.PATH;
  const command = await findCompose();
  return async (...argv) => runCompose(command, argv, { folder: workspace.repository });
}

/** A service that neither the document nor the description knows, and what has to be done once before it starts. */
function fifteenth(image: string): string {
  return [
    "  mailer:",
    `    image: ${image}`,
    "    container_name: ${NAME_PREFIX:-}mailer",
    '    command: ["sleep", "infinity"]',
    "    networks: [platform]",
    "    init: true",
    "    depends_on: { mailer-setup: { condition: service_completed_successfully } }",
    "",
    "  mailer-setup:",
    `    image: ${image}`,
    "    container_name: ${NAME_PREFIX:-}mailer-setup",
    '    command: ["sleep", "1"]',
    "    networks: [platform]",
    "",
  ].join("\n");
}

function otherEdge({ workspace }: Scene): string {
  return `${workspace.namePrefix}other-edge:1`;
}

/** The same edge under another content id, and so another image. */
async function otherEdgeImage(scene: Scene): Promise<string> {
  const { folder, environment } = scene.workspace;
  const context = join(folder, "other-edge");
  await mkdir(context, { recursive: true });
  await writeFile(
    join(context, "Dockerfile"),
    `FROM ${environment.images.traefik}\nLABEL other=1\n`,
  );
  const name = otherEdge(scene);
  await scene.docker.build(name, { context, src: ["Dockerfile"] });
  return name;
}

function replaced(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): string[] {
  assert.deepEqual([...after.keys()].sort(), [...before.keys()].sort());
  return [...after].filter(([name, id]) => before.get(name) !== id).map(([name]) => name);
}

async function assertServes(scene: Scene): Promise<void> {
  await assertTopology(scene, STACK);
  for (const path of ["/api/health", "/", "/landing", "/api/platform/makes"]) {
    assert.equal(await scene.client.status(path), 200, path);
  }
}

async function assertDone(scene: Scene, number: number, kind: string): Promise<void> {
  const change = await readChange(scene.workspace, number);
  assert.deepEqual({ state: change?.state, kind: change?.request.kind }, { state: "done", kind });
}
