import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";

/** Labels as the provider takes them, for containers, networks and volumes alike. */
export function labelList(
  labels: Readonly<Record<string, pulumi.Input<string>>>,
): docker.types.input.ContainerLabel[] {
  return Object.entries(labels).map(([label, value]) => ({ label, value }));
}
