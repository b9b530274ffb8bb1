import { imageOf } from "../plan/model/wanted";
import { serviceOf } from "../plan/checks/roles";
import type { Network, Role, Service } from "../plan/application/topology";
import { inspectContainer, observeContainers, troubleOf } from "../host/docker/containers";
import { gone } from "../host/docker/statuses";
import { type CheckScene, findingOf, requireService, type Runner } from "./scene";

/** The services' containers run and are healthy; one without a health check has to run. */
export const containers: Runner<"containers"> = async (scene, { services }) => {
  const wanted = servicesOf(scene, services);
  const states = await Promise.all(wanted.map((service) => stateOf(scene, service)));
  return findingOf(states, `${wanted.length} of ${wanted.length} running and healthy`);
};

/** How many containers of the earlier topology run, whatever else does. */
export const count: Runner<"count"> = async (scene) => {
  const names = scene.context.application.earlierServices;
  const found = await observeContainers(scene.context);
  const present = new Set(found.filter((each) => each.running).map(({ name }) => name));
  const missing = names.filter((name) => !present.has(name));
  const running = names.length - missing.length;
  const without = missing.length === 0 ? "" : `, without ${missing.slice(0, 5).join(", ")}`;
  const more = missing.length > 5 ? ` and ${missing.length - 5} more` : "";
  return { passed: missing.length === 0, found: `${running} running${without}${more}` };
};

/** A service's image was built from the release, since its content names it, and its container runs on that one. */
export const image: Runner<"image"> = async (scene, { service: role }) => {
  const service = requireService(scene, role);
  const reference = imageOf(scene.wanted, service);
  const built = await scene.context.docker.getImage(reference).inspect().catch(gone);
  if (built === null) return { passed: false, found: `no image ${reference} on this host` };
  const info = await inspectContainer(scene.context, service.containerName);
  if (info === undefined) return { passed: false, found: `no container ${service.name}` };
  return info.Image === built.Id
    ? { passed: true, found: `${service.name} runs on ${reference}` }
    : { passed: false, found: `${service.name} runs on another image than ${reference}` };
};

/** The networks exist, are closed to the outside where they should be, and the services that belong there are on them. */
export const networks: Runner<"networks"> = async (scene) => {
  const wanted = scene.topology.networks;
  const problems = await Promise.all(wanted.map((network) => networkProblem(scene, network)));
  const apart = await Promise.all(
    scene.topology.services.map((service) => missedNetworks(scene, service, wanted)),
  );
  return findingOf([...problems.flat(), ...apart.flat()], `${wanted.length} networks`);
};

async function networkProblem(scene: CheckScene, wanted: Network): Promise<readonly string[]> {
  const { dockerName: name, internal } = wanted;
  const network = scene.context.docker.getNetwork(name);
  const found = (await network.inspect().catch(gone)) as { Internal?: boolean } | null;
  if (found === null) return [`${name} is missing`];
  return found.Internal === internal ? [] : [`${name} is ${internal ? "not " : ""}internal`];
}

async function missedNetworks(
  scene: CheckScene,
  service: Service,
  networks: readonly Network[],
): Promise<readonly string[]> {
  const info = await inspectContainer(scene.context, service.containerName);
  if (info === undefined) return [`no container ${service.name}`];
  const attached = new Set(Object.keys(info.NetworkSettings.Networks));
  const own = new Set(service.networks.map(({ name }) => name));
  return networks
    .filter(({ name, dockerName: known }) => own.has(name) && !attached.has(known))
    .map(({ dockerName: known }) => `${service.name} is not on ${known}`);
}

/** A service that a check asks for; one that this side lacks has no container. */
export interface CheckedService {
  readonly name: string;
  readonly containerName: string | null;
  readonly runsOnce: boolean;
}

/** The services with these roles, or all; a role that this side lacks is named as it is called on the earlier side. */
export function servicesOf(
  scene: CheckScene,
  roles: readonly Role[] | "all",
): readonly CheckedService[] {
  if (roles === "all") return scene.topology.services;
  const earlier = scene.context.application.roles;
  return roles.map((role) => {
    const service = serviceOf(scene.topology, role);
    const name = earlier[role];
    if (service !== undefined || name === undefined) return requireService(scene, role);
    return { name, containerName: null, runsOnce: false };
  });
}

/** Null when the container is fine, else its name and what it is. */
async function stateOf(
  { context }: CheckScene,
  { name, containerName, runsOnce }: CheckedService,
): Promise<string | null> {
  const trouble =
    containerName === null ? "missing" : await troubleOf(context, { containerName, runsOnce });
  if (trouble === "missing") return `no container ${name}`;
  return trouble === null ? null : `${name} is ${trouble}`;
}
