import { readFileSync } from "node:fs";
import * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

/** What `pulumi stack export --show-secrets` tells of a resource, as far as a program says it. */
interface ExportedResource {
  readonly urn: string;
  readonly type: string;
  readonly parent?: string;
  readonly dependencies?: readonly string[];
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly ignoreChanges?: string[];
  readonly replaceOnChanges?: string[];
  readonly retainOnDelete?: boolean;
}

interface Export {
  readonly deployment: { readonly resources: readonly ExportedResource[] };
}

type ResourceClass = new (
  name: string,
  inputs: never,
  options: pulumi.CustomResourceOptions,
) => pulumi.CustomResource;

const CLASSES: Readonly<Record<string, ResourceClass>> = {
  "command:local:Command": command.local.Command,
  "docker:index/container:Container": docker.Container,
  "docker:index/network:Network": docker.Network,
  "docker:index/remoteImage:RemoteImage": docker.RemoteImage,
  "docker:index/volume:Volume": docker.Volume,
};
const STACK = "pulumi:pulumi:Stack";
const PROVIDER = "pulumi:providers:";
const COMPONENT = "motovaultpro:";

/** Pulumi's own marks: what kind of value an object of the state stands for, and that it is a secret. */
const KIND = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** Registers the resources of the state in the file that `BARE_STATE` names, and does nothing else. */
function register(): unknown {
  const text = readFileSync(process.env.BARE_STATE ?? "", "utf8");
  const { resources } = (JSON.parse(text) as Export).deployment;
  const byUrn = new Map<string, pulumi.Resource>();
  for (const resource of resources) {
    if (resource.type === STACK || resource.type.startsWith(PROVIDER)) continue;
    byUrn.set(resource.urn, registered(resource, byUrn));
  }
  return valueOf(resources.find(({ type }) => type === STACK)?.outputs ?? {});
}

function registered(
  resource: ExportedResource,
  byUrn: ReadonlyMap<string, pulumi.Resource>,
): pulumi.Resource {
  const { type, urn, inputs = {}, ignoreChanges, replaceOnChanges, retainOnDelete } = resource;
  const name = urn.split("::").slice(3).join("::");
  const parent = byUrn.get(resource.parent ?? "");
  if (type.startsWith(COMPONENT)) return new pulumi.ComponentResource(type, name, {}, { parent });
  const Class = CLASSES[type];
  if (Class === undefined) throw new Error(`the bare program knows no resource of type ${type}`);
  return new Class(name, valueOf(inputs) as never, {
    ...{ parent, ignoreChanges, replaceOnChanges, retainOnDelete },
    dependsOn: (resource.dependencies ?? []).flatMap((each) => byUrn.get(each) ?? []),
  });
}

/** A value of the state as a program gives it: secrets as such, without what the provider's bridge keeps for itself. */
function valueOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(valueOf);
  if (typeof value !== "object" || value === null) return value;
  if (KIND in value && value[KIND] === SECRET && "plaintext" in value) {
    return pulumi.secret(valueOf(JSON.parse(String(value.plaintext))));
  }
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, entry]) =>
      key.startsWith("__") ? [] : [[key, valueOf(entry)]],
    ),
  );
}

export = register();
