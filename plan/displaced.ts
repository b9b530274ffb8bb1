import { topologyLeft } from "./standing-down";
import { topologyFor } from "./topologies";
import type { Service } from "./topology";
import type { ChangeRequest } from "./wanted";

/**
 * Databases and the like that a change in place removes, while a service of another name takes over a volume of theirs. They have to
 * have stopped before that one starts: Pulumi removes what is gone only after it has created what is new, and two databases on one
 * volume lose rows.
 */
export function displacedBy(request: ChangeRequest): readonly Service[] {
  const { kind, from, wanted } = request;
  if (kind !== "inPlace" || from === null) return [];
  const entering = topologyFor(wanted.rolledBackPhases).services;
  const staying = new Set(entering.map(({ name }) => name));
  const taken = new Set(entering.flatMap(({ volumes }) => volumes.map(({ volume }) => volume)));
  return topologyLeft(request, from).services.filter(
    ({ name, image, volumes }) =>
      image.kind === "thirdParty" &&
      !staying.has(name) &&
      volumes.some(({ volume }) => taken.has(volume)),
  );
}
