import { request } from "node:http";

/** How often the edge is asked while a change runs. */
const INTERVAL_MS = 50;
const ANSWERS_WITHIN_MS = 2_000;

export interface Watched {
  /** The longest time for which the edge gave no answer at all. */
  readonly downtimeSeconds: number;
  /** The longest time for which it gave anything but 200: what is behind it starts anew. */
  readonly restartSeconds: number;
}

/** Asks an address all the time while `work` runs, each time on a connection of its own. */
export async function watching<T>(
  url: string,
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly watched: Watched }> {
  const down = new Gap();
  const failing = new Gap();
  let over = false;
  const watch = async (): Promise<void> => {
    while (!over) {
      const status = await statusOf(url);
      down.note(status !== null);
      failing.note(status === 200);
      await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
    }
  };
  const watched = watch();
  try {
    return {
      value: await work(),
      watched: { downtimeSeconds: down.longest, restartSeconds: failing.longest },
    };
  } finally {
    over = true;
    await watched;
  }
}

/** The longest time between two answers that were as they should be, if there was a wrong one between them. */
class Gap {
  private lastGood = performance.now();
  private broken = false;
  private most = 0;

  note(good: boolean): void {
    const now = performance.now();
    if (good) {
      if (this.broken) this.most = Math.max(this.most, now - this.lastGood);
      this.lastGood = now;
    }
    this.broken = !good;
  }

  get longest(): number {
    return Math.round(this.most) / 1000;
  }
}

/** Null where nobody answers. */
async function statusOf(url: string): Promise<number | null> {
  return new Promise((resolve) => {
    const asked = request(url, { agent: false, timeout: ANSWERS_WITHIN_MS }, (response) => {
      response.resume();
      resolve(response.statusCode ?? null);
    });
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => {
      resolve(null);
    });
    asked.end();
  });
}
