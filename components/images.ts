import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Service } from "../plan/application/topology";
import type { SealedTexts } from "../plan/application/sealed";
import { unsealedRecord } from "./unseal";
import { imageOf, type Wanted } from "../plan/model/wanted";

export interface ImagesArgs {
  readonly wanted: Wanted;
  /** Folder that holds the exported build context of each tree id. */
  readonly contexts: string;
  /** What sealed build arguments stand for. */
  readonly texts: SealedTexts;
  /** References that have to be built or pulled; what is on the host by then is taken as it is. */
  readonly missing: readonly string[];
  /** What must be over before anything is built or pulled. */
  readonly after: readonly pulumi.Resource[];
}

/** The topology's images: pulled, or built from the release; content gives the name (document: rebuild steps of phases 2, 3, 6, 8, 10). */
export class Images extends pulumi.ComponentResource {
  /** By image reference. */
  readonly byReference: ReadonlyMap<string, docker.RemoteImage>;
  /** What the next step waits for. */
  readonly done: readonly pulumi.Resource[];

  constructor(name: string, args: ImagesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("motovaultpro:rollback:Images", name, {}, opts);
    const references = new Map(
      args.wanted.topology.services.map(
        (service) => [imageOf(args.wanted, service), service] as const,
      ),
    );
    this.byReference = new Map(
      [...references].map(([reference, service]) => [
        reference,
        this.image(name, reference, service, args),
      ]),
    );
    this.done = [...this.byReference.values()];
    this.registerOutputs();
  }

  private image(
    name: string,
    reference: string,
    service: Service,
    args: ImagesArgs,
  ): docker.RemoteImage {
    const build = args.missing.includes(reference) ? buildOf(service, args) : undefined;
    return new docker.RemoteImage(
      `${name}-${reference.replaceAll(/[^\w.-]+/g, "-")}`,
      // Without keepLocally a replaced image is deleted by name, also when the name is the new one's.
      { name: reference, keepLocally: true, ...platformOf(service), ...(build ? { build } : {}) },
      // The reference says what is in it: whether it was built or found must not make a difference.
      { parent: this, dependsOn: [...args.after], ignoreChanges: ["build"] },
    );
  }
}

function buildOf(
  service: Service,
  args: ImagesArgs,
): docker.types.input.RemoteImageBuild | undefined {
  const { image } = service;
  if (image.kind === "registry") return undefined;
  const { context, dockerfile, args: buildArgs, target } = image.build;
  const tree = args.wanted.release.contexts[context] ?? "";
  return {
    context: `${args.contexts}/${tree}`,
    ...(dockerfile === undefined ? {} : { dockerfile }),
    buildArgs: unsealedRecord(buildArgs, args.texts),
    ...(target === undefined ? {} : { target }),
    ...platformOf(service),
  };
}

/** The container is made of the image by its id: what it runs on is the image's. */
function platformOf({ definition }: Service): { readonly platform?: string } {
  return definition.platform === undefined ? {} : { platform: definition.platform };
}
