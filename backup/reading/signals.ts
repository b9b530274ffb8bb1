import { constants, open } from "node:fs/promises";
import { RecordSplitter, recordsOf } from "../../host/records";
import { makePipe } from "../archives/pipe";

/** Tells a helper's command to go on, and hears when it is done, without anything in between. */
export interface Signals {
  /** Resolves when the command waits for the word. */
  ready(): Promise<void>;
  /** Says the word; resolves when the command has answered. */
  exchange(): Promise<void>;
  /** A command that was never told to go on hears the end of its input instead. */
  end(): Promise<void>;
}

/** The helper opens two named pipes in that folder: it reads `go`, and writes a line to `done` when it is ready and when it is done. */
export async function openSignals(folder: string): Promise<Signals> {
  const [go, done] = [await makePipe(folder, "go"), await makePipe(folder, "done")];
  const word = await open(go.path, constants.O_RDWR | constants.O_NONBLOCK);
  const said = recordsOf(done.read(), new RecordSplitter("\n", "latin1"));
  const heard = async (): Promise<void> => {
    if ((await said.next()).done === true) throw new Error("the helper ended before it answered");
  };
  return {
    ready: heard,
    exchange: async () => {
      await word.write("go\n");
      await heard();
    },
    end: async () => {
      await word.close();
      await Promise.all([go.remove(), done.remove()]);
    },
  };
}
