import type { Build, Service, Topology } from "../application/topology";
import type { Release } from "../model/wanted";

/** Image reference of every service of a topology, named by content where it is built from a release. */
export function serviceImages(
  topology: Topology,
  release: Release,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    topology.services.map((service) => [service.name, referenceOf(service, release)]),
  );
}

function referenceOf({ image }: Service, release: Release): string {
  if (image.kind === "registry") return image.reference;
  const tree = release.contexts[image.build.context];
  return tree === undefined
    ? ""
    : `${image.name}:${tree.slice(0, 20)}-${fingerprint(beside(image.build))}`;
}

/** What an image is built from beside its context. */
function beside({ dockerfile, args, target }: Build): string {
  const sorted = Object.entries(args).sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([dockerfile ?? null, sorted, target ?? null]);
}

/** FNV-1a, 32 bits: tells build arguments apart in a tag; nothing depends on it being hard to collide. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (const character of text) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  return hash.toString(16).padStart(8, "0");
}

/** Services whose build context the release does not have. */
export function missingContexts(topology: Topology, release: Release): readonly string[] {
  return topology.services
    .filter(
      ({ image }) => image.kind === "built" && release.contexts[image.build.context] === undefined,
    )
    .map((service) => service.name);
}
