import { createConnection } from "node:net";
import { messageOf } from "../plan/problem";
import type { Service } from "../plan/application/topology";
import { inspectContainer } from "../host/docker/containers";
import { ask } from "../host/http";
import { fieldOf, jsonOf } from "./http";
import { storeOf } from "../stores/stores";
import { unreachableFrom } from "./network-namespace";
import { type CheckScene, findingOf, type Runner } from "./scene";

/** Every service reaches those that it needs, by name, from inside its own network namespace. */
export const reach: Runner<"reach"> = async (scene, _check, signal) => {
  const users = scene.topology.services.filter(({ dependsOn }) => dependsOn.length > 0);
  const problems = await Promise.all(users.map((user) => unreachable(scene, user, signal)));
  const ways = users.reduce((sum, { dependsOn }) => sum + dependsOn.length, 0);
  return findingOf(problems.flat(), `${ways} connections of ${users.length} services`);
};

/** The edge's host ports accept connections. */
export const tcp: Runner<"tcp"> = async (scene, { ports }, signal) => {
  const problems = await Promise.all(
    ports.map(async (name) => {
      const port = scene.wanted.ports[name];
      if (port === undefined) return [`${name}: the edge does not publish it`];
      const reason = await refusal(port, signal);
      return reason === null ? [] : [`${name} (${port}): ${reason}`];
    }),
  );
  return findingOf(problems.flat(), ports.map((name) => scene.wanted.ports[name]).join(", "));
};

/** Traefik's API lists the routers, all enabled, those of config `checks.routers` among them, and no server that is down. */
export const routers: Runner<"routers"> = async (scene, _check, signal) => {
  const own = (await traefik(scene, "routers", signal)).filter(isOwn);
  const services = (await traefik(scene, "services", signal)).filter(isOwn);
  const enabled = own.filter((router) => fieldOf(router, "status") === "enabled");
  const rules = enabled.map((router) => textOf(fieldOf(router, "rule")));
  const wanted = scene.settings.routers ?? [];
  return findingOf(
    [
      ...own
        .filter((router) => !enabled.includes(router))
        .map((router) => `${textOf(fieldOf(router, "name"))} is not enabled`),
      ...wanted
        .filter((rule) => !rules.some((found) => found.includes(rule)))
        .map((rule) => `no router with ${rule}`),
      ...services.flatMap(downServers),
    ],
    `${enabled.length} routers enabled`,
  );
};

async function unreachable(
  scene: CheckScene,
  user: Service,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const info = await inspectContainer(scene.context, user.containerName);
  if (info?.State.Running !== true) return [`${user.name} does not run`];
  const needed = scene.topology.services.filter(({ name }) => user.dependsOn.includes(name));
  const targets = needed.flatMap((service) => {
    const port = portOf(service);
    return port === null ? [] : [`${service.name}:${port}`];
  });
  const missed = await unreachableFrom(scene.context, info.Id, targets, signal);
  return missed.map((target) => `${user.name} does not reach ${target}`);
}

/** Null where neither its image nor the Compose file (`expose`) says on which port it is reached. */
function portOf(service: Service): number | null {
  return storeOf(service)?.port ?? service.port;
}

/** Null when a connection was accepted. */
async function refusal(port: number, signal: AbortSignal): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: "127.0.0.1", port, signal });
    const end = (reason: string | null): void => {
      socket.destroy();
      resolve(reason);
    };
    socket.once("connect", () => {
      end(null);
    });
    socket.once("error", (error) => {
      end(messageOf(error));
    });
  });
}

async function traefik(
  scene: CheckScene,
  what: "routers" | "services",
  signal: AbortSignal,
): Promise<readonly unknown[]> {
  const port = scene.wanted.ports.dashboard;
  if (port === undefined) throw new Error("the edge does not publish its dashboard");
  const url = `http://127.0.0.1:${port}/api/http/${what}?per_page=1000`;
  const answer = await ask(url, signal);
  if (answer.status !== 200) throw new Error(`${url} answers ${answer.status}`);
  const list = jsonOf(answer);
  return Array.isArray(list) ? (list as unknown[]) : [];
}

/** Traefik's own routers (dashboard, ping) say nothing about the application. */
function isOwn(entry: unknown): boolean {
  return fieldOf(entry, "provider") !== "internal";
}

function downServers(service: unknown): readonly string[] {
  const states = fieldOf(service, "serverStatus");
  return Object.entries(typeof states === "object" && states !== null ? states : {})
    .filter(([, state]) => state !== "UP")
    .map(([server, state]) => `${textOf(fieldOf(service, "name"))}: ${server} is ${textOf(state)}`);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
