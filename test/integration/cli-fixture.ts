import { execFile, execFileSync, spawn } from "node:child_process";
import { appendFile, copyFile, mkdir, writeFile } from "node:fs/promises";
import { delimiter, dirname, join, resolve } from "node:path";
import { stringify } from "yaml";
import { readEnvironment } from "../../demo/environment";
import { COMPOSE_FILES, topologyOfStack } from "../support/application";
import { SERVICE_LABEL, STACK_LABEL } from "../../plan/application/labels";
import type { GovernedVolume, StackName } from "../../plan/application/topology";
import { DataHost } from "./data-host";

const PROGRAM = resolve(__dirname, "../../bin/rollback.js");
const PROJECT_FILE = resolve(__dirname, "../../Pulumi.yaml");

export interface Finished {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A project, a repository and the earlier side as far as the commands for people see it: an edge and volumes. */
export class CliFixture {
  private constructor(
    readonly host: DataHost,
    readonly project: string,
    /** With the programs that set-up has brought. */
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  static async make(): Promise<CliFixture> {
    const host = await DataHost.make();
    const project = join(dirname(host.context.repository), "the project");
    const { path } = await readEnvironment();
    const PATH = [...path, process.env.PATH].join(delimiter);
    const fixture = new CliFixture(host, project, { ...process.env, PATH });
    await mkdir(project);
    await copyFile(PROJECT_FILE, join(project, "Pulumi.yaml"));
    await appendFile(join(project, "Pulumi.yaml"), `main: ${dirname(PROJECT_FILE)}\n`);
    await fixture.configure("pre-simplification", {});
    await fixture.makeRepository();
    return fixture;
  }

  /** Writes a stack's file: what every command needs, and `more`. */
  async configure(stack: StackName, more: Readonly<Record<string, unknown>>): Promise<void> {
    const { repository, stateDirectory, helperImage } = this.host.context;
    const keys = { repository, stateDirectory, images: { helper: helperImage }, ...more };
    const config = Object.fromEntries(
      Object.entries(keys).map(([key, value]) => [`motovaultpro-rollback:${key}`, value]),
    );
    await writeFile(join(this.project, `Pulumi.${stack}.yaml`), stringify({ config }));
  }

  /** Starts something that has a service's name, and its stack's label if one is given. */
  async startService(name: string, stack?: StackName, network?: string): Promise<string> {
    const { docker, helperImage } = this.host.context;
    const container = await docker.createContainer({
      name: this.host.named(name),
      Image: helperImage,
      Entrypoint: ["tail"],
      Cmd: ["-f", "/dev/null"],
      StopSignal: "SIGKILL",
      Labels: this.labelsOf(name, stack),
      HostConfig: { NetworkMode: network === undefined ? "none" : this.host.named(network) },
    });
    await container.start();
    return container.id;
  }

  /** As Compose labels what it starts from the repository; what is made for a stack has more. */
  private labelsOf(service: string, stack: StackName | undefined): Record<string, string> {
    const labels = this.host.labels(service);
    if (stack === undefined) return labels;
    return { ...labels, [STACK_LABEL]: stack, [SERVICE_LABEL]: service };
  }

  /** Every volume of the earlier side, with a file. */
  async makeVolumes(): Promise<void> {
    const make = async ({ name, data }: GovernedVolume) => {
      const volume = await this.host.volume(name, data);
      await this.host.onVolume(volume, "echo content > /volume/file");
    };
    await Promise.all(topologyOfStack("pre-simplification").volumes.map(make));
  }

  git(...args: string[]): string {
    const identity = ["-c", "user.name=Team", "-c", "user.email=team@example.org"];
    const options = { cwd: this.host.context.repository, encoding: "utf8" } as const;
    return execFileSync("git", [...identity, ...args], options).trim();
  }

  /** Runs `rollback` as a person does, in another folder than the project's. */
  async run(
    args: readonly string[],
    options: { readonly stdin?: string; readonly environment?: NodeJS.ProcessEnv } = {},
  ): Promise<Finished> {
    return new Promise((done) => {
      const child = execFile(
        process.execPath,
        [PROGRAM, ...args],
        { env: { ...this.environment, ...options.environment }, cwd: "/" },
        (error, stdout, stderr) => {
          done({ exitCode: error === null ? 0 : Number(error.code), stdout, stderr });
        },
      );
      child.stdin?.end(options.stdin ?? "");
    });
  }

  /** Runs `rollback` with one of its outputs closed before it writes; the text is the other output's. */
  async runUnread(
    args: readonly string[],
    closed: "stdout" | "stderr",
  ): Promise<{ readonly exitCode: number | null; readonly text: string }> {
    const child = spawn(process.execPath, [PROGRAM, ...args], { cwd: "/", env: this.environment });
    child[closed].destroy();
    let text = "";
    child[closed === "stdout" ? "stderr" : "stdout"].on("data", (piece: Buffer) => {
      text += piece.toString();
    });
    return new Promise((done) => {
      child.once("close", (exitCode) => {
        done({ exitCode, text });
      });
    });
  }

  /** Runs a command on this project. */
  async command(...args: string[]): Promise<Finished> {
    return this.run([...args, "--project", this.project]);
  }

  private async makeRepository(): Promise<void> {
    const { repository } = this.host.context;
    await writeFile(join(repository, ".gitignore"), ".env\nsecrets/\n");
    await writeFile(join(repository, "README.md"), "MotoVaultPro\n");
    await writeFile(join(repository, "docker-compose.yml"), COMPOSE_FILES.earlier);
    await writeFile(join(repository, ".env"), `NAME_PREFIX=${this.host.prefix}\n`);
    this.git("add", "--all");
    this.git("commit", "--quiet", "--message", "Earlier state");
  }
}
