import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { parseDocument } from "yaml";
import { DESCRIPTION_FILE } from "../support/application";
import type { Contents } from "../../demo/client";
import { findCompose } from "../../host/compose/cli";
import { runGit } from "../../host/git/run-git";
import type { StackName } from "../../plan/application/topology";
import { commitCompose } from "../support/commit-compose";
import { recordNumbers } from "../support/records";
import { assertRefused } from "../support/refusal";
import { takeSnapshot } from "../support/snapshot";
import { Scene } from "../support/scene";
import { smallApplication } from "../support/small-application";

const NETWORKS = {
  "pre-simplification": ["frontend", "backend", "database", "platform", "egress"],
  simplified: ["frontend", "backend", "database"],
} as const;

/** What the demo's Compose files call by names of their own. */
const CHOSEN = /^ {4}(container_name|name): \$\{NAME_PREFIX:-\}.*\n/gm;

/** Without such names Compose makes them of the project's and the key; only the edges have one, and the same. */
function asComposeNamesIt(text: string): string {
  const edge = /^ {2}(mvp-)?traefik:\n/m;
  return text.replace(CHOSEN, "").replace(edge, "$&    container_name: ${NAME_PREFIX:-}edge\n");
}

/** The demo's description, with an edge that is asked over HTTPS by a name. */
async function byName({ workspace }: Scene): Promise<string> {
  const description = parseDocument(await readFile(DESCRIPTION_FILE, "utf8"));
  const hosts = {
    "pre-simplification": "admin.motovaultpro.test",
    simplified: "motovaultpro.test",
  };
  const probe = { path: "/api/health", host: hosts, tls: "unverified", contains: '"ok"' };
  description.set("probe", description.createNode(probe));
  const file = join(workspace.folder, "by-name.yaml");
  await writeFile(file, description.toString());
  return file;
}

describe("two sides that have the same names, as Compose makes them", function () {
  this.timeout("15m");
  let scene: Scene;
  let contents: Contents;
  let pre: Record<string, unknown>;

  before(async () => {
    scene = await Scene.open(smallApplication);
    const { tag, branch } = scene.workspace.application;
    const preRef = await commitCompose(scene, tag, asComposeNamesIt);
    const simplifiedRef = await commitCompose(scene, branch, asComposeNamesIt);
    const application = await byName(scene);
    pre = { preRef, application };
    await scene.configure("pre-simplification", pre);
    await scene.configure("simplified", { simplifiedRef, application });
    await runGit(scene.context, ["checkout", "--quiet", preRef]);
    await compose("build");
    await compose("up", "--detach", "--wait");
    await scene.write(2);
    contents = await scene.client.contents();
  });
  after(async () => {
    await scene.close();
  });

  it("are recorded where Compose started them, and nothing is touched", async () => {
    const before = await scene.containerIds();
    const preview = await scene.preview("pre-simplification");
    assert.match(preview, /containers: none is touched, since this program did not start them/);
    assert.match(preview, /containers: all are what the work tree's Compose files say/);
    assert.doesNotMatch(preview, /docker:index/);
    await scene.up("pre-simplification");
    assert.match((await scene.up("pre-simplification")).output, / unchanged\n/);
    assert.deepEqual(await scene.containerIds(), before);
    assert.deepEqual(await recordNumbers(scene.workspace), [1]);
  });

  it("are not changed either, unless they may be taken over", async () => {
    const before = await takeSnapshot(scene);
    await scene.configure("pre-simplification", { ...pre, phase10: false });
    assertRefused(await scene.tryUp("pre-simplification"), {
      attempt: 'update "pre-simplification"',
      lines: [
        "live side: was not started by this program, and its containers would have to be replaced",
        "let them be stopped and replaced, which is a downtime: pulumi config set takeOver true --stack pre-simplification",
      ],
    });
    assert.deepEqual(await takeSnapshot(scene), before);
    await scene.configure("pre-simplification", pre);
  });

  it("stand beside each other: the one that Compose started serves until the other one does", async () => {
    assert.deepEqual(await networks(), named("pre-simplification", ""));
    const preview = await scene.preview("simplified");
    const { namePrefix } = scene.workspace;
    assert.match(preview, new RegExp(`names, since both .*: ${namePrefix}edge-simplified, `));
    assert.doesNotMatch(preview, /are parked/);
    await scene.up("simplified");
    await assertSide("simplified");
  });

  it("keep their names as long as they serve", async () => {
    const before = await scene.containerIds();
    assert.match((await scene.up("simplified")).output, / unchanged\n/);
    assert.deepEqual(await scene.containerIds(), before);
  });

  it("change places again, and what Compose named stays the volume that it was", async () => {
    await scene.up("pre-simplification");
    await assertSide("pre-simplification");
    const volumes = await scene.docker.volumes();
    const project = `${scene.workspace.namePrefix}motovaultpro`;
    assert.ok(volumes.includes(`${project}_admin_postgres_data`), volumes.join());
    assert.deepEqual(
      volumes.filter((name) => !name.startsWith(`${project}_`)),
      [],
    );
  });

  /** Exactly that side's containers and networks, set apart where both have them, and what was written. */
  async function assertSide(stack: StackName): Promise<void> {
    assert.deepEqual(await scene.client.contents(), contents);
    assert.deepEqual(await networks(), named(stack, `-${stack}`));
    const { namePrefix } = scene.workspace;
    const names = [...(await scene.containerIds()).keys()];
    assert.ok(names.includes(`${namePrefix}edge-${stack}`), names.join());
    const others = names.filter((name) => !name.includes("edge"));
    assert.ok(
      others.every((name) => name.startsWith(`${namePrefix}motovaultpro-`)),
      names.join(),
    );
  }

  async function networks(): Promise<readonly string[]> {
    return (await scene.docker.networks()).sort();
  }

  /** The networks of a side; those that both have with a suffix. */
  function named(stack: StackName, suffix: string): readonly string[] {
    const both: readonly string[] = NETWORKS.simplified;
    const project = `${scene.workspace.namePrefix}motovaultpro`;
    return NETWORKS[stack]
      .map((name) => `${project}_${name}${both.includes(name) ? suffix : ""}`)
      .sort();
  }

  /** As the team calls it; images are built by the engine itself. */
  async function compose(...argv: string[]): Promise<void> {
    const { variables, repository: cwd } = scene.workspace;
    process.env.PATH = variables.PATH;
    const [program, ...args] = await findCompose();
    const env = { ...variables, DOCKER_BUILDKIT: "0" };
    await promisify(execFile)(program, [...args, ...argv], { cwd, env });
  }
});
