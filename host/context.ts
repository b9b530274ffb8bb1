import type Docker from "dockerode";

/** What every function of host/ needs to know about where it works. */
export interface HostContext {
  readonly docker: Docker;
  /** The application's git repository, absolute. */
  readonly repository: string;
  /** Backups, records, exported releases: one per Docker host, absolute, outside every clone. */
  readonly stateDirectory: string;
  /** In front of every container, network, volume and image name. */
  readonly namePrefix: string;
  /** Image with GNU tar and zstd; volumes are mounted into it. */
  readonly helperImage: string;
}

/** Docker's name of an unprefixed container, network, volume or image name. */
export function dockerName(context: HostContext, name: string): string {
  return `${context.namePrefix}${name}`;
}

/** Tells a person what is going on; one short line, never secret, no sync returns. */
export type Progress = (line: string) => void;
