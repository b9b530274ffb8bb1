import type { ObservedContainer } from "../../plan/observed";
import { EDGE_NAMES, topologyFor } from "../../plan/topologies";
import type { StackName } from "../../plan/topology";
import type { ChangeRequest } from "../../plan/wanted";

type Containers = readonly ObservedContainer[];

/** Whether a side's edge runs: then it serves, and takes writes. */
export function serves(containers: Containers, stack: StackName): boolean {
  return containers.some(({ name, running }) => running && name === EDGE_NAMES[stack]);
}

/** The request's side beside whatever is there; what was staged before is not staged again. */
export function withStaged(containers: Containers, request: ChangeRequest): ObservedContainer[] {
  if (containers.some(({ stack }) => stack === request.stack)) return [...containers];
  const staged = topologyFor(request.wanted.rolledBackPhases).services.map((service) => ({
    id: `${service.name}-${request.number}`,
    name: service.name,
    running: service.role === "ordinary",
    health: "healthy" as const,
    image: request.wanted.images[service.name] ?? "",
    stack: request.stack,
  }));
  return [...containers, ...staged];
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
