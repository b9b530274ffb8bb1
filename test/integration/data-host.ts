import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import { NAMES } from "../support/application";
import { type HostContext, isOwnName } from "../../host/context";
import { COMPOSE_LABELS } from "../../plan/application/labels";
import { executeOrFail } from "../../host/docker/exec";
import { runHelper } from "../../host/docker/helper";
import { volumeMount } from "../../host/docker/users";
import { waitFor } from "../../host/docker/wait";
import type { DataKind, DockerVolume, GovernedVolume } from "../../plan/application/topology";

interface Images {
  readonly helper: string;
  readonly postgres: string;
  readonly redis: string;
  readonly minio: string;
}

export const PASSWORD = "only-for-this-test";

/** A place of its own on the real Docker: names, folders and images; `remove` takes away what was made here. */
export class DataHost {
  readonly images = readImages();

  /** In front of the name of everything that is made here on Docker. */
  readonly prefix = `it-${randomBytes(4).toString("hex")}-`;

  private constructor(
    readonly context: HostContext,
    private readonly folder: string,
  ) {}

  static async make(): Promise<DataHost> {
    const helperImage = readImages().helper;
    const folder = await mkdtemp(join(tmpdir(), "rollback data "));
    const context: HostContext = {
      docker: new Docker(),
      repository: join(folder, "repository"),
      stateDirectory: join(folder, "state"),
      compose: { files: ["docker-compose.yml"], profiles: [] },
      helperImage,
      application: NAMES,
      report: () => undefined,
    };
    await mkdir(context.repository);
    makeRepository(context.repository);
    await mkdir(join(folder, "secrets"));
    await writeFile(join(folder, "secrets", "password"), PASSWORD);
    await writeFile(join(folder, "secrets", "user"), "tester");
    return new DataHost(context, folder);
  }

  /** Makes a Docker volume and describes it as a governed one. */
  async volume(name: string, data: DataKind): Promise<DockerVolume> {
    const volume = this.governed(name, data);
    await this.context.docker.createVolume({ Name: volume.dockerName });
    return volume;
  }

  /** Describes a governed volume that need not be there. */
  governed(name: string, data: DataKind): DockerVolume {
    return { name, kind: "volume", data, dockerName: this.named(name) };
  }

  /** The name that something has on Docker. */
  named(name: string): string {
    return `${this.prefix}${name}`;
  }

  /** As Compose labels what it starts from the repository. */
  labels(service: string): Record<string, string> {
    return {
      [COMPOSE_LABELS.workingDirectory]: this.context.repository,
      [COMPOSE_LABELS.service]: service,
    };
  }

  /** Starts a container with a governed volume mounted, and the folder `secrets`. */
  async start(
    service: string,
    volume: GovernedVolume,
    settings: {
      readonly image: string;
      readonly target: string;
      readonly environment?: readonly string[];
      readonly command?: readonly string[];
      readonly port?: string;
    },
  ): Promise<Docker.Container> {
    const { port } = settings;
    const { type, source } = volumeMount(this.context, volume, { readOnly: false });
    const container = await this.context.docker.createContainer({
      name: this.named(service),
      Image: settings.image,
      Env: [...(settings.environment ?? [])],
      Labels: this.labels(service),
      ...(settings.command === undefined ? {} : { Cmd: [...settings.command] }),
      ...(port === undefined ? {} : { ExposedPorts: { [port]: {} } }),
      HostConfig: {
        Binds: [`${join(this.folder, "secrets")}:/run/secrets/test:ro`],
        Mounts: [{ Type: type, Source: source, Target: settings.target }],
        ...(port === undefined
          ? {}
          : { PortBindings: { [port]: [{ HostIp: "127.0.0.1", HostPort: "" }] } }),
      },
    });
    await container.start();
    return container;
  }

  async startPostgres(
    service: string,
    volume: GovernedVolume,
    ...environment: readonly string[]
  ): Promise<Docker.Container> {
    const container = await this.start(service, volume, {
      image: this.images.postgres,
      target: "/var/lib/postgresql/data",
      environment: [
        "POSTGRES_USER=motovaultpro",
        "POSTGRES_DB=motovaultpro",
        "POSTGRES_PASSWORD_FILE=/run/secrets/test/password",
        "POSTGRES_INITDB_ARGS=--data-checksums",
        ...environment,
      ],
    });
    await answers(() => query(container, "SELECT 1"), "PostgreSQL");
    return container;
  }

  /** Runs a constant script on a volume, at /volume. */
  async onVolume(volume: GovernedVolume, script: string): Promise<string> {
    const mounts = [volumeMount(this.context, volume, { readOnly: false })];
    return runHelper(this.context, { purpose: "test", script, mounts });
  }

  /** Names in a volume, in a way that a restore does not take for an earlier one of its own. */
  async namesIn(volume: GovernedVolume): Promise<string> {
    const mounts = [volumeMount(this.context, volume, { readOnly: true })];
    return runHelper(this.context, { purpose: "test", script: "ls /volume", mounts });
  }

  /** Removes the containers and volumes of this prefix, and the product's own of this state directory, and the folders. */
  async remove(): Promise<void> {
    const { docker } = this.context;
    const isOwn = (name: string): boolean =>
      name.startsWith(this.prefix) || isOwnName(this.context, name);
    for (const { Id, Names } of await docker.listContainers({ all: true })) {
      if (!Names.some((name) => isOwn(name.slice(1)))) continue;
      await docker.getContainer(Id).remove({ force: true });
    }
    const { Volumes } = await docker.listVolumes();
    for (const { Name } of Volumes) if (isOwn(Name)) await docker.getVolume(Name).remove();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Runs SQL in a PostgreSQL that `startPostgres` made; over TCP, because the image's first start listens on the socket only. */
export async function query(container: Docker.Container, sql: string): Promise<string> {
  const target = ["-U", "motovaultpro", "-d", "motovaultpro", "-h", "127.0.0.1"];
  const argv = ["env", `PGPASSWORD=${PASSWORD}`, "psql", "-XAt", ...target, "-c", sql];
  return (await executeOrFail(container, argv)).trim();
}

/** Waits until something no longer fails. */
export async function answers<T>(ask: () => Promise<T>, what: string): Promise<T> {
  return waitFor(
    () =>
      ask().then(
        (value) => ({ done: true as const, value }),
        (error: unknown) => ({ done: false as const, state: String(error) }),
      ),
    { deadlineMs: 60_000, intervalMs: 100, message: `${what} to answer` },
  );
}

/** One commit is enough to tell the application by. */
function makeRepository(folder: string): void {
  const identity = ["-c", "user.name=Team", "-c", "user.email=team@example.org"];
  const commit = [
    "commit",
    "--quiet",
    "--allow-empty",
    "--message",
    `the application in ${folder}`,
  ];
  for (const command of [["init", "--quiet", "--initial-branch=main"], commit]) {
    execFileSync("git", [...identity, ...command], { cwd: folder });
  }
}

function readImages(): Images {
  const file = process.env.ROLLBACK_ENVIRONMENT ?? join(__dirname, "../../.setup/environment.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { images: Images }).images;
}
