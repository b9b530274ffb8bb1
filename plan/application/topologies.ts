import type { GovernedVolume, Service, StackName, Topology } from "./topology";

/** Where a volume's content is: Docker's name of it, or the folder relative to the repository. */
export function placeOf(volume: GovernedVolume): string {
  return volume.kind === "folder" ? volume.name : volume.dockerName;
}

/** The service with the host ports; every topology has exactly one. */
export function edgeOf(topology: Topology): Service {
  const edge = topology.services.find((service) => service.startPolicy === "edge");
  if (edge === undefined) throw new Error("the topology has no edge");
  return edge;
}

/** The stacks are the two ends of one scale: everything rolled back, or nothing. */
export function phasesOfStack(phases: readonly number[], stack: StackName): readonly number[] {
  return stack === "pre-simplification" ? phases : [];
}

/**
 * Whether the application keeps data in a volume: it has to be part of the topology, and documents are files where the backend has a
 * folder for them, whatever object store stands beside it.
 */
export function usesData({ volumes }: Topology, name: string): boolean {
  const volume = volumes.find((candidate) => candidate.name === name);
  if (volume === undefined) return false;
  return volume.data !== "minio" || !volumes.some(({ data }) => data === "documents");
}
