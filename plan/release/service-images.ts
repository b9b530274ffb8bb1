import { BASE_IMAGE_ARGUMENTS, type ImageNames } from "../application/images";
import type { Service, Topology } from "../application/topology";
import type { Release } from "../model/wanted";

/** What an image is built from beside its context: the base images, as Docker build arguments. */
export function buildArguments(images: ImageNames): Readonly<Record<string, string>> {
  const bases = ["node", "nginx", "python"] as const;
  return Object.fromEntries(bases.map((base) => [BASE_IMAGE_ARGUMENTS[base], images[base]]));
}

/** Image reference of every service of a topology, named by content where it is built from a release. */
export function serviceImages(
  topology: Topology,
  release: Release,
  namePrefix: string,
  images: ImageNames,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    topology.services.map((service) => [
      service.name,
      imageOf(service, release, namePrefix, images),
    ]),
  );
}

function imageOf(
  service: Service,
  release: Release,
  namePrefix: string,
  images: ImageNames,
): string {
  const { image } = service;
  if (image.kind === "thirdParty") return images[image.image];
  const context = release.contexts[image.image];
  if (context === undefined) return "";
  const bases = fingerprint(JSON.stringify(buildArguments(images)));
  return `${namePrefix}${image.image}:${context.slice(0, 20)}-${bases}`;
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
    .filter(({ image }) => image.kind === "built" && release.contexts[image.image] === undefined)
    .map((service) => service.name);
}
