import type { Topology } from "../application/topology";
import type { Wanted } from "../model/wanted";

/** Which image works with the data of each volume, by its name: that of the service which has it in the newest map. */
export function storeImages(
  maps: readonly Pick<Wanted, "topology" | "images">[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(maps.flatMap(imagesOf));
}

function imagesOf({ topology, images }: { topology: Topology; images: Wanted["images"] }) {
  return topology.services.flatMap(({ name, image, volumes }) => {
    const reference = images[name];
    return image.kind === "registry" && reference !== undefined
      ? volumes.map(({ volume }) => [volume, reference] as const)
      : [];
  });
}
