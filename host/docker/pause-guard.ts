import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Writable } from "node:stream";

const NOT_STARTED = "the process that guards a pause could not be started";

/** A process that lets a container go on when this one is gone. */
export interface PauseGuard {
  /** The container runs, and will not be paused any more. */
  end(): Promise<void>;
}

/**
 * Starts the guard, which watches over this process by the pipe between the two; it is nobody's child, so that whoever ends this
 * process with all that descends from it does not end the guard. To be called before the container is paused.
 */
export async function startPauseGuard(containerId: string): Promise<PauseGuard> {
  const argv = [join(__dirname, "pause-guard.mjs"), "launch", containerId];
  // Not standard input: Node closes that as soon as the launcher has ended.
  const stdio = ["ignore", "pipe", "ignore", "pipe"] as const;
  const launcher = spawn(process.execPath, argv, { cwd: "/", stdio: [...stdio] });
  const { stdout } = launcher;
  const watched = launcher.stdio[3];
  if (stdout === null || !(watched instanceof Writable)) throw new Error(NOT_STARTED);
  // Told by the missing answer.
  watched.on("error", () => undefined);
  const said = createInterface({ input: stdout });
  const closed = once(said, "close");
  const ready = await Promise.race([once(said, "line"), closed, failed(launcher)]);
  if (ready[0] !== "ready") {
    throw new Error(NOT_STARTED);
  }
  return {
    end: async () => {
      watched.end("resumed\n");
      await closed;
    },
  };
}

function failed(launcher: ReturnType<typeof spawn>): Promise<never> {
  return new Promise((_, reject) => launcher.once("error", reject));
}
