import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

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
  const launcher = spawn(process.execPath, argv, { cwd: "/", stdio: ["pipe", "pipe", "ignore"] });
  const { stdin, stdout } = launcher;
  // Told by the missing answer.
  stdin.on("error", () => undefined);
  const said = createInterface({ input: stdout });
  const closed = once(said, "close");
  const ready = await Promise.race([once(said, "line"), closed, failed(launcher)]);
  if (ready[0] !== "ready") {
    throw new Error("the process that guards a pause could not be started");
  }
  return {
    end: async () => {
      stdin.end("resumed\n");
      await closed;
    },
  };
}

function failed(launcher: ReturnType<typeof spawn>): Promise<never> {
  return new Promise((_, reject) => launcher.once("error", reject));
}
