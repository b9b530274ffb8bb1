import { EDGE_NAMES, topologyFor } from "./application";
import type { ObservedContainer } from "../../plan/model/observed";
import type { StackName } from "../../plan/application/topology";
import type { ChangeRequest } from "../../plan/model/wanted";

type Containers = readonly ObservedContainer[];

/** Whether a side's edge runs: then it serves, and takes writes. */
export function serves(containers: Containers, stack: StackName): boolean {
  const edges: readonly string[] = Object.values(EDGE_NAMES);
  return containers.some(
    (container) => container.stack === stack && container.running && edges.includes(container.name),
  );
}

/** The request's side beside whatever is there; what was staged before is not staged again. */
export function withStaged(containers: Containers, request: ChangeRequest): ObservedContainer[] {
  if (containers.some(({ stack }) => stack === request.stack)) return [...containers];
  return [...containers, ...replacedInPlace(request)];
}

/** The containers of the map that a change reaches, as Pulumi creates them. */
export function replacedInPlace(request: ChangeRequest): ObservedContainer[] {
  return topologyFor(request.wanted.rolledBackPhases).services.map((service) => ({
    id: `${service.name}-${request.number}`,
    name: service.name,
    containerName: service.containerName,
    networks: [],
    configHash: null,
    running: service.startPolicy === "ordinary",
    health: "healthy" as const,
    image: request.wanted.images[service.name] ?? "",
    stack: request.stack,
  }));
}

/** A side's containers all run, or all stand still; the other side's stay as they are. */
export function withRunning(
  containers: Containers,
  stack: StackName | null,
  running: boolean,
): ObservedContainer[] {
  return containers.map((container) =>
    container.stack === stack ? { ...container, running } : container,
  );
}

/** Only one side's containers. */
export function only(containers: Containers, stack: StackName): ObservedContainer[] {
  return containers.filter((container) => container.stack === stack);
}

/** All but one side's containers. */
export function without(containers: Containers, stack: StackName): ObservedContainer[] {
  return containers.filter((container) => container.stack !== stack);
}
