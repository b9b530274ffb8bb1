import { ProblemsError } from "../../plan/problem";
import { VOLUME } from "./commands";
import type { Delta } from "./delta";
import type { VolumeSession } from "./volume-session";

/**
 * Refuses a volume that has no room for what it is to hold, before anything of it is touched; both sizes are in the message.
 *
 * @throws ProblemsError
 */
export async function refuseTooLittleSpace(
  session: VolumeSession,
  name: string,
  delta: Delta,
  mounted: string = VOLUME,
): Promise<void> {
  const free = Number(await session.run("free_bytes", mounted));
  if (delta.neededBytes <= free) return;
  throw new ProblemsError(`write volume "${name}"`, [
    {
      subject: `volume "${name}"`,
      what: "there is too little space for what it is to hold",
      advice: [
        `needed: ${delta.neededBytes} bytes, free: ${free} bytes; nothing was written`,
        "make room on the disk that it is on, then run the same again",
      ],
    },
  ]);
}

/** Takes away what extracting does not replace: what is extra or of another type, and attributes that folders have too many. */
export async function clearTheWay(
  session: VolumeSession,
  delta: Delta,
  mounted: string = VOLUME,
): Promise<void> {
  if (delta.removed.count > 0) await session.run("remove_listed", mounted, delta.removed.name);
  if (delta.attributes.count > 0) {
    await session.run("strip_attributes", mounted, delta.attributes.name);
  }
}
