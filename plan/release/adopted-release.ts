import { assemblyKey } from "./assembly";
import type { AssembledRelease, Observed } from "../model/observed";
import { adoptionCandidates } from "./releases";
import type { StackName } from "../application/topology";
import type { Release } from "../model/wanted";

/** The release whose images and mounts are those of the running containers, else the work tree's. */
export function adoptedRelease(
  observed: Observed,
  stack: StackName,
  imagesOf: (release: Release) => readonly string[],
): AssembledRelease | undefined {
  const running = new Set(observed.containers.filter((c) => c.stack === stack).map((c) => c.image));
  const assembled = adoptionCandidates(observed).flatMap(
    (assembly) => observed.releases[assemblyKey(assembly)] ?? [],
  );
  const same = assembled.find(({ release }) =>
    imagesOf(release).every((image) => running.has(image)),
  );
  return same ?? assembled.findLast(({ release }) => release.commit === observed.git.head);
}
