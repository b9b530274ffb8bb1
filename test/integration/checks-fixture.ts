import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { topologyOfStack } from "../support/application";
import { runChecks } from "../../checks/run";
import { ALL_CHECKS, type Check } from "../../plan/checks";
import type { CheckResult } from "../../plan/checks/result";
import { type CheckSettings, noCheckSettings } from "../../plan/checks/settings";
import type { Service, Topology } from "../../plan/application/topology";
import type { Wanted } from "../../plan/model/wanted";
import { workTreeUntracked } from "../../host/untracked/save-untracked";
import { withPrefix } from "../support/topology";
import { DataHost } from "./data-host";

/** What a server answers: a status, a type and a body. */
export interface Answer {
  readonly status?: number;
  readonly type?: string;
  readonly body?: string | Buffer;
}

export type Route = (request: IncomingMessage, body: Buffer) => Answer | Promise<Answer>;

/** A server whose answers each test chooses, by "METHOD /path"; unknown ones are 404. */
export class ChosenServer {
  readonly routes = new Map<string, Route>();
  readonly asked: string[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<ChosenServer> {
    const server = createServer();
    const chosen = new ChosenServer(server);
    server.on("request", (request: IncomingMessage, response) => {
      void chosen.answer(request).then(({ status = 200, type = "application/json", body = "" }) => {
        response.writeHead(status, { "content-type": type }).end(body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return chosen;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  json(route: string, value: unknown, status = 200): void {
    this.routes.set(route, () => ({ status, body: JSON.stringify(value) }));
  }

  text(route: string, type: string, body: string): void {
    this.routes.set(route, () => ({ type, body }));
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async answer(request: IncomingMessage): Promise<Answer> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const path = (request.url ?? "").split("?")[0] ?? "";
    const name = `${request.method ?? ""} ${path}`;
    this.asked.push(name);
    const route = this.routes.get(name) ?? this.routes.get(`${request.method ?? ""} *`);
    return route === undefined ? { status: 404 } : route(request, Buffer.concat(pieces));
  }
}

/** Part of the earlier side on the real Docker, with a server in the place of its edge. */
export class CheckedSide {
  private constructor(
    readonly host: DataHost,
    readonly edge: ChosenServer,
  ) {}

  static async make(): Promise<CheckedSide> {
    return new CheckedSide(await DataHost.make(), await ChosenServer.start());
  }

  async remove(): Promise<void> {
    this.edge.stop();
    const { prefix } = this.host;
    const { docker } = this.host.context;
    await this.host.remove();
    for (const { Name, Id } of await docker.listNetworks()) {
      if (Name.startsWith(prefix)) await docker.getNetwork(Id).remove();
    }
    for (const { RepoTags } of await docker.listImages()) {
      for (const tag of RepoTags ?? []) {
        if (tag.startsWith(prefix)) await docker.getImage(tag).remove();
      }
    }
  }

  /** Makes a check by its name, or one that a test brings, once. */
  async look(
    wanted: string | Check,
    options: {
      readonly services?: readonly Service[];
      readonly wanted?: Partial<Wanted>;
      readonly settings?: Partial<CheckSettings>;
      readonly since?: string;
      readonly earlierCommit?: string;
    } = {},
  ): Promise<CheckResult> {
    const check = typeof wanted === "string" ? checkNamed(wanted) : wanted;
    const { since = null, earlierCommit = null } = options;
    const run = {
      checks: [check],
      topology: this.topology(options.services ?? []),
      wanted: { ...this.wanted(), ...options.wanted },
      settings: { ...noCheckSettings, ...options.settings },
      ...{ since, earlierCommit, patienceSeconds: 0 },
    };
    const [result] = await runChecks(this.host.context, run);
    if (result === undefined) throw new Error(`no result of ${check.name}`);
    return result;
  }

  wanted(): Wanted {
    const { port } = this.edge;
    return {
      stack: "pre-simplification",
      rolledBackPhases: [],
      scenario: null,
      refs: { earlier: null, simplified: null, phases: {} },
      topology: withPrefix(topologyOfStack("pre-simplification"), this.host.prefix),
      release: { commit: "", tree: "", contexts: {}, mounts: {} },
      untracked: { source: "existing", number: 1, contentId: "" },
      volumes: {},
      images: {},
      ports: { http: port, https: port, dashboard: port },
    };
  }

  topology(services: readonly Service[]): Topology {
    const used = new Set(services.flatMap((one) => one.volumes.map(({ volume }) => volume)));
    const { volumes } = topologyOfStack("pre-simplification");
    const folder = topologyOfStack("simplified").volumes.filter(({ kind }) => kind === "folder");
    const topology = {
      project: "a-test",
      services,
      networks: [],
      externalNetworks: [],
      volumes: [...volumes, ...folder].filter(({ name }) => used.has(name)),
    };
    return withPrefix(topology, this.host.prefix);
  }

  /** Commits files, deletions with null, and returns the commit. */
  async commit(files: Readonly<Record<string, string | null>>): Promise<string> {
    const folder = this.host.context.repository;
    for (const [file, content] of Object.entries(files)) {
      if (content === null) this.git("rm", "--quiet", file);
      else {
        await mkdir(dirname(join(folder, file)), { recursive: true });
        await writeFile(join(folder, file), content);
      }
    }
    this.git("add", "--all");
    this.git("commit", "--quiet", "--allow-empty", "--message", "Change");
    return this.git("rev-parse", "HEAD");
  }

  /** What the release of a commit is, as far as checks look at it. */
  release(commit: string): Partial<Wanted> {
    const tree = this.git("rev-parse", `${commit}^{tree}`);
    return { release: { commit, tree, contexts: {}, mounts: {} } };
  }

  /** The untracked files that the work tree has. */
  async untracked(): Promise<Wanted["untracked"]> {
    const { context } = this.host;
    const contentId = await workTreeUntracked(context, context.application.untrackedPaths);
    return { source: "existing", number: 1, contentId };
  }

  private git(...args: string[]): string {
    const identity = ["-c", "user.name=Team", "-c", "user.email=team@example.org"];
    const options = { cwd: this.host.context.repository, encoding: "utf8" } as const;
    return execFileSync("git", [...identity, ...args], options).trim();
  }
}

/** A service of the document's topologies, changed as a test needs it. */
export function service(name: string, changes: Partial<Service> = {}): Service {
  const all = [...topologyOfStack("pre-simplification").services];
  all.push(...topologyOfStack("simplified").services);
  const found = all.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no service ${name}`);
  return { ...found, dependsOn: [], networks: [], volumes: [], mounts: [], ...changes };
}

export function checkNamed(name: string): Check {
  const check = ALL_CHECKS.find((candidate) => candidate.name === name);
  if (check === undefined) throw new Error(`no check ${name}`);
  return check;
}
