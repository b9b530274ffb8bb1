import type Docker from "dockerode";
import type { HostContext } from "../host/context";
import type { HelperMount } from "../host/docker/helper";
import type { VolumeUser } from "../host/docker/users";
import type { Reading } from "./reading";

/** What this program knows of one kind of store; `STORES` has one per kind. */
export interface StoreDriver {
  /** References of the images whose containers are such a store; null where the application itself keeps it. */
  readonly images: RegExp | null;
  /** On which its server listens in the container; null where there is none. */
  readonly port: number | null;
  /** Whether several containers may write it at once. */
  readonly shared: boolean;
  /** Whether the application's documents can be in it. */
  readonly holdsDocuments: boolean;
  /** How to read the volume consistently while `user`, the container, writes it. Nothing is read or changed yet. */
  readonly read: (container: Docker.Container, user: VolumeUser) => Promise<Reading>;
  /**
   * Starts the store's own program on a volume that only this program has, lets it read everything, and says what was done, for a
   * person. Left out where there is no such program.
   *
   * @throws Error with what the program said.
   */
  readonly prove?: (context: HostContext, volume: HelperMount, image: string) => Promise<string>;
  /** What it holds now, to be compared with a backup. @throws Error when part of it cannot be read, or at the deadline. */
  readonly facts?: (container: Docker.Container, deadlineMs: number) => Promise<StoreFacts>;
  /** Writes down what it has in memory only, so that it stops the quicker; it goes on serving. */
  readonly quiesce?: (container: Docker.Container) => Promise<void>;
  /** Gives it the password of its container's secrets where its data came with another one; tells whether it had to. */
  readonly fitCredentials?: (container: Docker.Container) => Promise<boolean>;
}

/** What can be told of a database without comparing its rows. */
export interface StoreFacts {
  /** The server's own name of its data: another one means other data. */
  readonly identifier: string;
  /** How many each table has, by schema and table. */
  readonly rows: Readonly<Record<string, number>>;
}
