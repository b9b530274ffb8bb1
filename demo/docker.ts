import Docker from "dockerode";
import { join } from "node:path";
import { healthNow, isWell } from "../host/docker/health";
import { gone } from "../host/docker/statuses";
import { isOwnName } from "../host/context";
import { waitFor } from "../host/docker/wait";
import { issuerUrl, type Workspace } from "./workspace";
import { CLONE } from "./environment";

/** Everything of a workspace on Docker has its prefix in its name, or a name for its state directory; nothing else is touched. */
export class DemoDocker {
  readonly docker = new Docker();

  constructor(
    private readonly namePrefix: string,
    readonly stateDirectory: string,
  ) {}

  /** Refuses a prefix that is in use: what it did not create must not be taken for its own. */
  async refuseTakenNames(): Promise<void> {
    const names = [
      ...(await this.containers()),
      ...(await this.volumes()),
      ...(await this.networks()),
    ];
    if (names.length === 0) return;
    throw new Error(
      `names with the prefix "${this.namePrefix}" exist already (${names.slice(0, 3).join(", ")} …): npm run demo:clean`,
    );
  }

  async containers(): Promise<string[]> {
    const all = await this.docker.listContainers({ all: true });
    return all
      .flatMap(({ Names }) => Names.map((name) => name.slice(1)))
      .filter((name) => this.isOwn(name));
  }

  async volumes(): Promise<string[]> {
    const { Volumes } = await this.docker.listVolumes();
    return Volumes.map(({ Name }) => Name).filter((name) => this.isOwn(name));
  }

  async networks(): Promise<string[]> {
    return (await this.docker.listNetworks())
      .map(({ Name }) => Name)
      .filter((name) => this.isOwn(name));
  }

  /** How many of the named containers run and are healthy (or have no health check). */
  async healthy(names: readonly string[]): Promise<number> {
    const found = await Promise.all(
      names.map(async (name) => {
        const info = await this.docker.getContainer(name).inspect().catch(gone);
        return info?.State.Running === true && isWell(await healthNow(this.docker, info));
      }),
    );
    return found.filter((healthy) => healthy).length;
  }

  /** Removes containers, networks, volumes and images of the workspace. */
  async removeEverything(): Promise<void> {
    await Promise.all(
      (await this.containers()).map((name) =>
        this.docker.getContainer(name).remove({ force: true }),
      ),
    );
    for (const name of await this.networks()) await this.removeNetwork(name);
    for (const name of await this.volumes()) await this.docker.getVolume(name).remove();
    for (const { RepoTags } of await this.docker.listImages()) {
      for (const tag of RepoTags ?? []) {
        if (this.isOwn(tag)) await this.docker.getImage(tag).remove({ force: true });
      }
    }
  }

  /**
   * Docker 20.10 now and then still counts an endpoint of a container that is gone: then only a restart of the engine frees the network,
   * and it is left with a word.
   */
  private async removeNetwork(name: string): Promise<void> {
    const network = this.docker.getNetwork(name);
    await network.remove().catch(async (error: unknown) => {
      const { Containers = {} } = (await network.inspect()) as { readonly Containers?: object };
      if (Object.keys(Containers).length > 0) throw error;
      console.warn(
        `network ${name} is left, Docker counts an endpoint that is gone: ${String(error)}`,
      );
    });
  }

  /** Starts the stand-in for Auth0, one container outside both topologies. */
  async startIssuer(workspace: Workspace): Promise<void> {
    const image = `${this.namePrefix}issuer:1`;
    const context = join(CLONE, "demo", "application", "issuer");
    const base = workspace.environment.images.node;
    if (base === undefined) throw new Error("set-up named no node image");
    const sources = { context, src: ["Dockerfile", "server.mjs", "healthcheck.sh"] };
    await this.build(image, sources, { NODE_IMAGE: base });
    const container = await this.docker.createContainer({
      name: `${this.namePrefix}issuer`,
      Image: image,
      Env: [`ISSUER=${issuerUrl(workspace.ports)}`],
      HostConfig: {
        PortBindings: { "4000/tcp": [{ HostPort: String(workspace.ports.issuer) }] },
        RestartPolicy: { Name: "unless-stopped" },
      },
    });
    await container.start();
    await waitFor(
      async () => {
        const state = await statusOf(`${issuerUrl(workspace.ports)}health`);
        return state === "200" ? { done: true, value: null } : { done: false, state };
      },
      { deadlineMs: 30_000, message: "the issuer to answer" },
    );
  }

  /** Builds an image; its name begins with the prefix, so that it is removed with the rest. */
  async build(
    image: string,
    sources: { readonly context: string; readonly src: string[] },
    buildArguments: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const options = { t: image, buildargs: { ...buildArguments } };
    const stream = await this.docker.buildImage(sources, options);
    await new Promise<void>((resolve, reject) => {
      this.docker.modem.followProgress(stream, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }

  private isOwn(name: string): boolean {
    return name.startsWith(this.namePrefix) || isOwnName(this, name);
  }
}

/** HTTP status of a GET, or what went wrong. */
export async function statusOf(url: string): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    await response.arrayBuffer();
    return String(response.status);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
