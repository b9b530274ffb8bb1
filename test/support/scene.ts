import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EdgeClient } from "../../demo/client";
import { DemoDocker } from "../../demo/docker";
import { type Finished, pulumi, rollback } from "../../demo/processes";
import { createWorkspace, type Workspace, writeStackFile } from "../../demo/workspace";
import { STACK_NAMES, type StackName } from "../../plan/topology";

/** A real host for one file of end-to-end tests: its own application, state, Pulumi home and names. */
export class Scene {
  private constructor(
    readonly workspace: Workspace,
    readonly docker: DemoDocker,
    readonly client: EdgeClient,
  ) {}

  static async open(): Promise<Scene> {
    const namePrefix = `test-${randomBytes(3).toString("hex")}-`;
    const docker = new DemoDocker(namePrefix);
    await docker.refuseTakenNames();
    const folder = await mkdtemp(join(tmpdir(), "motovaultpro-rollback-"));
    const workspace = await createWorkspace(folder, namePrefix);
    await docker.startIssuer(workspace);
    const scene = new Scene(workspace, docker, new EdgeClient(workspace));
    for (const stack of STACK_NAMES) await scene.mustPulumi(["stack", "init", stack]);
    return scene;
  }

  /** Removes everything that the scene made, also when a test has failed. */
  async close(): Promise<void> {
    await this.docker.removeEverything();
    await rm(this.workspace.folder, { recursive: true, force: true });
  }

  async configure(stack: StackName, more: Readonly<Record<string, unknown>>): Promise<void> {
    await writeStackFile(this.workspace, stack, more);
  }

  /** `pulumi up`, whatever its exit code. */
  async tryUp(stack: StackName): Promise<Finished> {
    return pulumi(this.workspace, upArguments(stack));
  }

  async up(stack: StackName): Promise<Finished> {
    const finished = await this.mustPulumi(upArguments(stack));
    console.log(`      up --stack ${stack}: ${finished.seconds.toFixed(1)} s`);
    return finished;
  }

  async preview(stack: StackName): Promise<string> {
    return (await this.mustPulumi(["preview", "--stack", stack])).output;
  }

  async backUp(): Promise<string> {
    const finished = await rollback(this.workspace, ["backup", "--json"]);
    if (finished.code !== 0) throw new Error(finished.output);
    return (JSON.parse(finished.stdout) as { id: string }).id;
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
