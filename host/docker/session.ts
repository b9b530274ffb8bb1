import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { RecordSplitter } from "../records";
import type { HostContext } from "../context";
import { Captured } from "./captured";
import { frames } from "./frames";
import { type HelperMount, startHelper, type StartedHelper } from "./helper";

export interface SessionSettings {
  /** What it does, in a word or two, for its label and for errors. */
  readonly purpose: string;
  /** Constant bash functions; their names are the commands, values reach them as positional arguments only. */
  readonly commands: string;
  readonly mounts: readonly HelperMount[];
}

/** A helper container that stays: starting one costs more than most of what it does. */
export interface Session {
  /**
   * Runs a command and returns what it wrote to standard output (short: at most some MiB). Several may run at once.
   *
   * @throws Error with the exit code and the last lines of standard error; or when the helper has ended.
   */
  run(command: string, ...values: readonly string[]): Promise<string>;
  /** Has to be called, whatever happened. */
  end(): Promise<void>;
}

/** Serves the commands that {@link RunningSession} sends. */
const SERVE = readFileSync(join(__dirname, "session.sh"), "utf8");

/** Starts a session; `end` kills what still runs in it and returns when the helper is gone. */
export async function openSession(
  context: HostContext,
  settings: SessionSettings,
): Promise<Session> {
  const { purpose, commands, mounts } = settings;
  const script = `${commands}\n${SERVE}`;
  // Never called: the session writes to the helper by itself.
  const feed = (): Promise<void> => Promise.resolve();
  const helper = await startHelper(context, { purpose, script, mounts, feed });
  return new RunningSession(purpose, helper);
}

interface Waiting {
  readonly resolve: (output: string) => void;
  readonly reject: (error: Error) => void;
  readonly command: string;
}

class RunningSession implements Session {
  private readonly waiting = new Map<number, Waiting>();
  private readonly stderr = new Captured();
  private readonly streams: Duplex;
  private readonly heard: Promise<void>;
  private last = 0;
  private over = false;

  constructor(
    private readonly purpose: string,
    private readonly helper: StartedHelper,
  ) {
    this.streams = helper.streams;
    this.heard = this.listen().catch(() => undefined);
  }

  run(command: string, ...values: readonly string[]): Promise<string> {
    if (this.over) return Promise.reject(this.gone(command));
    const number = ++this.last;
    const coded = values.map((value) => `=${Buffer.from(value).toString("base64")}`);
    const answer = new Promise<string>((resolve, reject) => {
      this.waiting.set(number, { resolve, reject, command });
    });
    // Whoever waits for several hears of the first that failed; the others must not count as unhandled.
    answer.catch(() => undefined);
    this.streams.write(`${[number, command, ...coded].join(" ")}\n`);
    return answer;
  }

  async end(): Promise<void> {
    this.streams.end();
    await Promise.all([this.heard, this.helper.ended.catch(() => undefined)]);
  }

  private async listen(): Promise<void> {
    const lines = new RecordSplitter("\n", "latin1");
    try {
      for await (const { channel, bytes } of frames(this.streams)) {
        if (channel === "stderr") {
          this.stderr.add(bytes);
          continue;
        }
        for (const line of lines.take(bytes)) this.take(line);
      }
    } finally {
      this.over = true;
      for (const { reject, command } of this.waiting.values()) reject(this.gone(command));
      this.waiting.clear();
    }
  }

  private take(line: string): void {
    const [number, exitCode, output = "", said = ""] = line.split(" ");
    const waiting = this.waiting.get(Number(number));
    if (waiting === undefined) return;
    this.waiting.delete(Number(number));
    if (exitCode === "0") waiting.resolve(decode(output));
    else waiting.reject(this.failed(waiting.command, exitCode, decode(said)));
  }

  private failed(command: string, exitCode: string | undefined, said: string): Error {
    const lines = said.trim().split("\n").slice(-8).join("\n");
    return new Error(
      `helper "${this.purpose}": ${command} ended with ${exitCode ?? "?"}: ${lines}`,
    );
  }

  private gone(command: string): Error {
    const said = this.stderr.lastLines(8);
    return new Error(`helper "${this.purpose}" ended before ${command} did${said && `: ${said}`}`);
  }
}

function decode(value: string): string {
  return Buffer.from(value.slice(1), "base64").toString("utf8");
}
