import { isMapping, type Mapping } from "../../mapping";

/** What a service mounts, in the short or the long form. */
export function mountsOf({ volumes }: Mapping): readonly unknown[] {
  return Array.isArray(volumes) ? (volumes as unknown[]) : [];
}

/** Key of the volume, or path without `./`, that an entry mounts; undefined for an anonymous volume. */
export function sourceOf(mount: unknown): string | undefined {
  const source = isMapping(mount) ? mount.source : splitShort(mount)?.source;
  return typeof source === "string" ? source.replace(/^\.\/|\/$/g, "") : undefined;
}

/** Key of the volume that an entry mounts; undefined for anything else, such as a folder. */
export function volumeKeyOf(mount: unknown): string | undefined {
  if (isMapping(mount)) return mount.type === "volume" ? sourceOf(mount) : undefined;
  const source = splitShort(mount)?.source;
  return source === undefined || /^[./~$]/.test(source) ? undefined : source;
}

/** The same entry, with another volume, or folder of the repository, at its target and with its options. */
export function withSource(mount: unknown, source: string, isFolder: boolean): unknown {
  const written = isFolder ? `./${source}` : source;
  if (isMapping(mount)) {
    return { ...mount, type: isFolder ? "bind" : "volume", source: written };
  }
  return `${written}${splitShort(mount)?.rest ?? ""}`;
}

/** `source:target[:options]`; one that a variable gives begins with `$`, and is not followed. */
function splitShort(
  mount: unknown,
): { readonly source: string; readonly rest: string } | undefined {
  if (typeof mount !== "string") return undefined;
  const colon = mount.indexOf(":");
  return colon < 0 ? undefined : { source: mount.slice(0, colon), rest: mount.slice(colon) };
}
