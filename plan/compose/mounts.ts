import type { Description } from "../application/description";
import type { Service } from "../application/topology";
import { withoutUndefined } from "../mapping";
import type { Problem } from "../problem";
import type { ComposeModel, ComposeService } from "../application/compose-model";
import { refuse } from "./refused-fields";

/** What a service mounts, by what becomes of it. */
export interface Mounts extends Pick<
  Service,
  "mounts" | "volumes" | "hostMounts" | "memoryMounts" | "anonymousVolumes"
> {
  readonly problems: readonly Problem[];
}

type Mount = NonNullable<ComposeService["volumes"]>[number];

const NOTHING: Mounts = {
  ...{ mounts: [], volumes: [], hostMounts: [], memoryMounts: [], anonymousVolumes: [] },
  problems: [],
};

/**
 * A path of the release that is only read is exported by content; a volume, or a folder of the repository that is written, is a store
 * that the description knows how to read; a path of the host passes as it is.
 */
export function mountsOf(
  name: string,
  service: ComposeService,
  model: ComposeModel,
  description: Description,
): Mounts {
  const at = `services.${name}.volumes`;
  const parts = [
    ...(service.volumes ?? []).map((mount, index) =>
      mountOf(`${at}.${index}`, mount, model, description),
    ),
    ...filesOf(name, "secrets", service.secrets, model),
    ...filesOf(name, "configs", service.configs, model),
  ];
  return {
    mounts: parts.flatMap((part) => part.mounts),
    volumes: parts.flatMap((part) => part.volumes),
    hostMounts: parts.flatMap((part) => part.hostMounts),
    memoryMounts: parts.flatMap((part) => part.memoryMounts),
    anonymousVolumes: parts.flatMap((part) => part.anonymousVolumes),
    problems: parts.flatMap((part) => part.problems),
  };
}

function mountOf(at: string, mount: Mount, model: ComposeModel, { stores }: Description): Mounts {
  const { target } = mount;
  if (mount.type === "tmpfs") {
    const { size, mode } = mount.tmpfs ?? {};
    const bytes = size === undefined ? undefined : Number(size);
    return { ...NOTHING, memoryMounts: [withoutUndefined({ target, bytes, mode })] };
  }
  const readOnly = mount.read_only === true;
  if (mount.type === "bind") {
    const { source, bind } = mount;
    if (bind?.propagation !== undefined) return refused(refuse(`${at}.bind.propagation`));
    const label = bind?.selinux === undefined ? {} : { selinux: bind.selinux };
    if (source.startsWith("/")) {
      return { ...NOTHING, hostMounts: [{ source, target, readOnly, ...label }] };
    }
    if (readOnly) return { ...NOTHING, mounts: [{ path: source, target, ...label }] };
    return source in stores
      ? { ...NOTHING, volumes: [{ volume: source, target, ...label }] }
      : unknownStore(at, source);
  }
  if (mount.volume?.nocopy !== undefined || mount.volume?.subpath !== undefined) {
    return refused(refuse(`${at}.volume`, "has nocopy or subpath, which is not applied"));
  }
  const { source } = mount;
  if (source === undefined) return { ...NOTHING, anonymousVolumes: [target] };
  if (!(source in stores)) return unknownStore(at, source);
  return { ...NOTHING, volumes: [{ volume: source, target, ...(readOnly ? { readOnly } : {}) }] };
}

type FileUse = NonNullable<ComposeService["secrets"]>[number];

/** Secrets and configs are files of the release; Compose mounts each alone, read-only. */
function filesOf(
  name: string,
  field: "secrets" | "configs",
  uses: readonly FileUse[] | undefined,
  model: ComposeModel,
): readonly Mounts[] {
  return (uses ?? []).map(({ source, target }, index) => {
    const file = model[field][source]?.file;
    if (file === undefined) {
      return refused(
        refuse(
          `services.${name}.${field}.${index}`,
          `uses "${source}", which is no file: that is not applied`,
        ),
      );
    }
    const folder = field === "secrets" ? "/run/secrets/" : "/";
    const place = target ?? source;
    const absolute = place.startsWith("/") ? place : `${folder}${place}`;
    return file.startsWith("/")
      ? { ...NOTHING, hostMounts: [{ source: file, target: absolute, readOnly: true }] }
      : { ...NOTHING, mounts: [{ path: file, target: absolute }] };
  });
}

function unknownStore(at: string, source: string): Mounts {
  return refused(
    refuse(
      at,
      `mounts "${source}", which is written, and the description does not say how its data is read`,
      `add it to stores in the description, as in ${source}: postgres`,
    ),
  );
}

function refused(problem: Problem): Mounts {
  return { ...NOTHING, problems: [problem] };
}
