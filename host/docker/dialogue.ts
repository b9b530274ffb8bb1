import type { Duplex } from "node:stream";
import type Docker from "dockerode";
import { RecordSplitter } from "../records";
import { Captured } from "./captured";
import { frames } from "./frames";

/** A program in a running container that answers each text that it is given with one line. */
export interface Dialogue {
  /** @throws Error with the program's last lines when it ended instead of answering. */
  ask(text: string): Promise<string>;
  /** Ends the program's input. Has to be called; when this process is killed, Docker does it. */
  end(): Promise<void>;
}

/** Starts a program in a running container and talks to it. */
export async function openDialogue(
  container: Docker.Container,
  argv: readonly string[],
): Promise<Dialogue> {
  const exec = await container.exec({
    Cmd: [...argv],
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
  });
  const streams = await exec.start({ hijack: true, stdin: true });
  return new RunningDialogue(argv[0] ?? "", streams);
}

class RunningDialogue implements Dialogue {
  private readonly lines: string[] = [];
  private readonly stderr = new Captured();
  private readonly heard: Promise<void>;
  private wake: () => void = () => undefined;
  private over = false;

  constructor(
    private readonly program: string,
    private readonly streams: Duplex,
  ) {
    // A program that ends early breaks the pipe; what it said tells more than that error.
    streams.on("error", () => undefined);
    this.heard = this.listen()
      .catch(() => undefined)
      .finally(() => {
        this.over = true;
        this.wake();
      });
  }

  async ask(text: string): Promise<string> {
    this.streams.write(text);
    for (;;) {
      const line = this.lines.shift();
      if (line !== undefined) return line;
      if (this.over) throw this.failure();
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  async end(): Promise<void> {
    this.streams.end();
    await this.heard;
  }

  private async listen(): Promise<void> {
    const lines = new RecordSplitter("\n", "utf8");
    for await (const { channel, bytes } of frames(this.streams)) {
      if (channel === "stderr") {
        this.stderr.add(bytes);
        continue;
      }
      this.lines.push(...lines.take(bytes));
      this.wake();
    }
  }

  private failure(): Error {
    const said = this.stderr.lastLines(5);
    return new Error(`"${this.program}" in the container ended${said === "" ? "" : `: ${said}`}`);
  }
}
