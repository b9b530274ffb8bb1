import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import { describedApplication } from "../../demo/described";
import { namesOf } from "../../plan/application/application";
import { readEnvironment } from "../../demo/environment";
import type { HostContext } from "../../host/context";
import { type HelperMount, runHelper } from "../../host/docker/helper";
import { volumeMount } from "../../host/docker/users";
import type { DataKind, DockerVolume, GovernedVolume } from "../../plan/application/topology";

/** Folders, volumes and names of one run of the benchmark, and of nothing else; `remove` takes all of it away. */
export class Place {
  private readonly volumes: string[] = [];
  private readonly containers: Docker.Container[] = [];
  private readonly prefix = `bench-${randomBytes(4).toString("hex")}-`;

  private constructor(
    readonly context: HostContext,
    readonly postgresImage: string,
    private readonly folder: string,
  ) {}

  static async make(): Promise<Place> {
    const { images } = await readEnvironment();
    const { helper, postgres } = images;
    if (helper === undefined || postgres === undefined) throw new Error("set-up is not complete");
    const folder = await mkdtemp(join(tmpdir(), "rollback-bench-"));
    const repository = join(folder, "repository");
    await mkdir(repository);
    await writeFile(join(repository, "README.md"), "benchmark\n");
    const git = (...args: string[]) => execFileSync("git", args, { cwd: repository });
    git("init", "--quiet");
    git("add", "--all");
    const identity = ["-c", "user.name=benchmark", "-c", "user.email=benchmark@example.org"];
    git(...identity, "commit", "--quiet", "--message", "benchmark");
    const context: HostContext = {
      docker: new Docker(),
      repository,
      stateDirectory: join(folder, "state"),
      compose: { files: ["docker-compose.yml"], profiles: [] },
      helperImage: helper,
      application: namesOf(await describedApplication()),
      report: () => undefined,
    };
    return new Place(context, postgres, folder);
  }

  async volume(name: string, data: DataKind): Promise<DockerVolume> {
    const volume = this.expect(name, data);
    await this.context.docker.createVolume({ Name: volume.dockerName });
    return volume;
  }

  /** A volume that a restore will create. */
  expect(name: string, data: DataKind): DockerVolume {
    const dockerName = `${this.prefix}${name}`;
    this.volumes.push(dockerName);
    return { name, kind: "volume", data, dockerName };
  }

  async removeVolume({ dockerName }: DockerVolume): Promise<void> {
    await this.context.docker.getVolume(dockerName).remove();
  }

  /** A folder on the same disk, as the document's /backup. */
  folderMount(name: string): HelperMount {
    return { type: "bind", source: join(this.folder, name), target: "/backup", readOnly: false };
  }

  async emptyFolder(name: string): Promise<HelperMount> {
    const mount = this.folderMount(name);
    await rm(mount.source, { recursive: true, force: true });
    await mkdir(mount.source, { recursive: true });
    return mount;
  }

  async onVolume(
    volume: GovernedVolume,
    script: string,
    ...mounts: HelperMount[]
  ): Promise<string> {
    const data = volumeMount(this.context, volume, { readOnly: false, target: "/data" });
    return runHelper(this.context, { purpose: "bench", script, mounts: [data, ...mounts] });
  }

  async start(
    { dockerName }: DockerVolume,
    target: string,
    environment: string[],
  ): Promise<Docker.Container> {
    const container = await this.context.docker.createContainer({
      name: `${dockerName}-server`,
      Image: this.postgresImage,
      Env: environment,
      HostConfig: {
        Mounts: [{ Type: "volume", Source: dockerName, Target: target }],
      },
    });
    this.containers.push(container);
    await container.start();
    return container;
  }

  async remove(): Promise<void> {
    for (const container of this.containers) {
      await container.remove({ force: true, v: true }).catch(() => undefined);
    }
    for (const name of this.volumes) {
      await this.context.docker
        .getVolume(name)
        .remove({ force: true })
        .catch(() => undefined);
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}
