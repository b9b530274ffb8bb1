import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Docker from "dockerode";
import { NAMES } from "./application";
import type { Variant } from "../../demo/application/generate";
import { EdgeClient } from "../../demo/client";
import { DemoDocker } from "../../demo/docker";
import { type Finished, pulumi, rollback, type Running, startPulumi } from "../../demo/processes";
import {
  createWorkspace,
  type Workspace,
  writeStackFile,
  stateDirectoryOf,
} from "../../demo/workspace";
import type { HostContext } from "../../host/context";
import { runHelper } from "../../host/docker/helper";
import { endHelpers } from "../../host/docker/users";
import { STACK_NAMES, type StackName } from "../../plan/application/topology";
import { killTree } from "./kill-tree";

/** A real host for one file of end-to-end tests: its own application, state, Pulumi home and names. */
export class Scene {
  private readonly running = new Set<Running>();

  private constructor(
    readonly workspace: Workspace,
    readonly docker: DemoDocker,
    readonly client: EdgeClient,
  ) {}

  /** The demo application, or a variant of it. */
  static async open(variant?: Variant): Promise<Scene> {
    const namePrefix = `test-${randomBytes(3).toString("hex")}-`;
    const folder = await mkdtemp(join(tmpdir(), "motovaultpro-rollback-"));
    const docker = new DemoDocker(namePrefix, stateDirectoryOf(folder));
    await docker.refuseTakenNames();
    const workspace = await createWorkspace(folder, namePrefix, variant);
    const scene = new Scene(workspace, docker, new EdgeClient(workspace));
    try {
      await docker.startIssuer(workspace);
      for (const stack of STACK_NAMES) await scene.mustPulumi(["stack", "init", stack]);
    } catch (error) {
      await scene.close();
      throw error;
    }
    return scene;
  }

  /** For looking at the host with the product's own small functions. */
  get context(): HostContext {
    const { repository, stateDirectory, environment } = this.workspace;
    const helperImage = environment.images.helper ?? "";
    return {
      docker: this.docker.docker,
      repository,
      stateDirectory,
      compose: { files: ["docker-compose.yml"], profiles: [] },
      helperImage,
      application: NAMES,
      report: () => undefined,
    };
  }

  /** Removes everything that the scene made, also when a test has failed in the middle of a run. */
  async close(): Promise<void> {
    for (const { child, finished } of this.running) {
      if (child.pid !== undefined) await killTree(child.pid);
      await finished;
    }
    const { namePrefix, folder } = this.workspace;
    // What a killed run left at work carries no prefix, but has a volume or folder of this scene.
    await endHelpers(
      this.context,
      ({ Name, Source }) => Name?.startsWith(namePrefix) === true || Source.startsWith(folder),
    );
    await this.docker.removeEverything();
    await rm(folder, { recursive: true, force: true });
  }

  async configure(stack: StackName, more: Readonly<Record<string, unknown>>): Promise<void> {
    await writeStackFile(this.workspace, stack, more);
  }

  /** `pulumi up`, whatever its exit code. */
  async tryUp(stack: StackName): Promise<Finished> {
    return this.startUp(stack).finished;
  }

  /** Starts `pulumi up` and does not wait for its end. */
  startUp(stack: StackName): Running {
    const running = startPulumi(this.workspace, upArguments(stack));
    this.running.add(running);
    void running.finished.finally(() => this.running.delete(running));
    return running;
  }

  async up(stack: StackName): Promise<Finished> {
    const finished = await this.tryUp(stack);
    if (finished.code !== 0) throw new Error(`pulumi up --stack ${stack}:\n${finished.output}`);
    console.log(`      up --stack ${stack}: ${finished.seconds.toFixed(1)} s`);
    return finished;
  }

  async preview(stack: StackName): Promise<string> {
    return (await this.mustPulumi(["preview", "--stack", stack])).output;
  }

  async backUp(...options: readonly string[]): Promise<string> {
    const finished = await this.rollback(["backup", "--json", ...options]);
    if (finished.code !== 0) throw new Error(finished.output);
    return (JSON.parse(finished.stdout) as { id: string }).id;
  }

  /** The executable `rollback`, whatever its exit code. */
  async rollback(argv: readonly string[]): Promise<Finished> {
    return rollback(this.workspace, argv);
  }

  async mustPulumi(argv: readonly string[]): Promise<Finished> {
    const finished = await pulumi(this.workspace, argv);
    if (finished.code !== 0) throw new Error(`pulumi ${argv.join(" ")}:\n${finished.output}`);
    return finished;
  }

  /** Rows and documents through the edge. */
  async write(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      await this.client.addVehicle("Honda");
      await this.client.addDocument(randomBytes(2000 + index * 1000));
    }
  }

  /** Runs a constant script on a volume, at /volume. */
  async onVolume(name: string, script: string): Promise<void> {
    const source = `${this.workspace.namePrefix}${name}`;
    const mounts = [{ type: "volume", source, target: "/volume", readOnly: false } as const];
    await runHelper(this.context, { purpose: "test", script, mounts });
  }

  /** Starts a container that has a volume and does nothing: somebody who must not be in the way. */
  async holdVolume(name: string): Promise<Docker.Container> {
    const { namePrefix } = this.workspace;
    const container = await this.docker.docker.createContainer({
      name: `${namePrefix}somebody`,
      Image: this.context.helperImage,
      Entrypoint: ["sleep", "infinity"],
      HostConfig: { Mounts: [{ Type: "volume", Source: `${namePrefix}${name}`, Target: "/held" }] },
    });
    await container.start();
    return container;
  }

  /** Names and ids of this scene's containers, without the issuer. */
  async containerIds(): Promise<ReadonlyMap<string, string>> {
    const all = await this.docker.docker.listContainers({ all: true });
    const own = all.flatMap(({ Names, Id }) => Names.map((name) => [name.slice(1), Id] as const));
    const { namePrefix } = this.workspace;
    return new Map(
      own.filter(([name]) => name.startsWith(namePrefix) && name !== `${namePrefix}issuer`),
    );
  }
}

export function upArguments(stack: StackName): string[] {
  return ["up", "--yes", "--skip-preview", "--stack", stack];
}
