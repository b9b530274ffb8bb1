export interface OpenedWindow {
  /** Edge that served before, though an earlier run may have stopped it already; undefined if none did. */
  readonly oldEdge: string | undefined;
  /** Milliseconds since the epoch at which it began to stop. */
  readonly openedAt: number;
}

/** What has to happen while no edge serves, between the old one's end and the new one's start. */
export interface Handover {
  /**
   * Called before anything is stopped, with the old edge if there is one, and when the new one was started last (milliseconds since
   * the epoch; before it if it never was).
   */
  open(outgoingEdge: string | undefined, startedBefore: number): Promise<OpenedWindow>;
  /** The whole of it; run again after an interruption it gives the same. */
  run(): Promise<void>;
  /** The new edge serves, so many milliseconds after the downtime was opened. */
  served(downtimeMs: number): Promise<void>;
  /** An earlier run started the new edge; the downtime's length, if it is known. */
  servedSince(startedAt: number): Promise<number | null>;
  /** Brings back what was stopped, and the old edge by `serve`; the new one is stopped already. */
  goBack(serve: () => Promise<void>): Promise<void>;
}

/** Nothing but the edge moves. */
export const EDGE_ONLY: Handover = {
  open: (oldEdge) => Promise.resolve({ oldEdge, openedAt: Date.now() }),
  run: () => Promise.resolve(),
  served: () => Promise.resolve(),
  servedSince: () => Promise.resolve(null),
  goBack: (serve) => serve(),
};
