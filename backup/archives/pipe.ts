import { execFile } from "node:child_process";
import { constants, openSync } from "node:fs";
import { rm } from "node:fs/promises";
import { type OnReadOpts, Socket } from "node:net";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { isErrno } from "../../host/durable-file";

/** A named pipe between a helper container and this process, for one stream in one direction. */
export interface Pipe {
  /** Absolute. */
  readonly path: string;
  /** What a helper writes into the pipe, read no faster than it is consumed. Throws where `remove` comes before the end. */
  read(): AsyncIterable<Buffer>;
  /** Hands chunks to a helper that reads the pipe, as soon as it does. Throws where that helper ends too early. */
  write(chunks: AsyncIterable<Buffer>): Promise<void>;
  /** Ends a reader or writer (with an error, where the other side never came or did not end) and removes the pipe. */
  remove(): Promise<void>;
}

const OPEN_AGAIN_AFTER_MS = 10;
const READ_AT_ONCE = 256 * 1024;
const run = promisify(execFile);

/** Makes a named pipe for this user alone, in place of one that a killed process left. */
export async function makePipe(folder: string, name: string): Promise<Pipe> {
  const path = join(folder, name);
  await rm(path, { force: true });
  await run("mkfifo", ["-m", "600", "--", path]);
  return new NamedPipe(path);
}

/**
 * Opens the pipe without blocking and lets the event loop wait for it: opening it as usual blocks a thread of the process until the other
 * side comes, for ever where a helper died, and such a thread cannot be ended; a child process in between would outlive us.
 */
class NamedPipe implements Pipe {
  readonly #open = new Set<Socket>();
  #removed = false;

  constructor(readonly path: string) {}

  read(): AsyncIterable<Buffer> {
    this.#refuseIfRemoved();
    // A socket by itself reads 64 KiB at a time, which costs as much as hashing them.
    const chunks = new Readable({
      highWaterMark: READ_AT_ONCE,
      read: () => socket.resume(),
      destroy: (error, done) => {
        socket.destroy();
        done(error);
      },
    });
    const socket = this.#track(constants.O_RDONLY, {
      buffer: () => Buffer.allocUnsafeSlow(READ_AT_ONCE),
      callback: (length, buffer) => chunks.push(buffer.subarray(0, length)),
    });
    socket.once("end", () => chunks.push(null));
    socket.once("error", (error) => chunks.destroy(error));
    // The iteration tells it; where there is none yet, it must not end the process.
    chunks.on("error", () => undefined);
    return chunks;
  }

  async write(chunks: AsyncIterable<Buffer>): Promise<void> {
    const socket = await this.#openForWriting();
    try {
      await pipeline(chunks, socket);
    } catch (error) {
      if (!isErrno(error, "EPIPE")) throw error;
      throw new Error(`nobody reads the pipe ${this.path} any more`, { cause: error });
    }
  }

  async remove(): Promise<void> {
    this.#removed = true;
    const closed = [...this.#open].map(async (socket) => {
      const closing = new Promise((resolve) => socket.once("close", resolve));
      const what = socket.bytesRead + socket.bytesWritten > 0 ? "did not end" : "never came";
      socket.destroy(new Error(`the other side of the pipe ${this.path} ${what}`));
      await closing;
    });
    await Promise.all(closed);
    await rm(this.path, { force: true });
  }

  /** There is nothing to be told of a reader: opening succeeds once there is one. */
  async #openForWriting(): Promise<Socket> {
    for (;;) {
      this.#refuseIfRemoved();
      try {
        return this.#track(constants.O_WRONLY);
      } catch (error) {
        if (!isErrno(error, "ENXIO")) throw error;
      }
      await setTimeout(OPEN_AGAIN_AFTER_MS);
    }
  }

  #track(access: number, onread?: OnReadOpts): Socket {
    const fd = openSync(this.path, access | constants.O_NONBLOCK);
    const reads = access === constants.O_RDONLY;
    const socket = new Socket({ fd, readable: reads, writable: !reads, ...(onread && { onread }) });
    this.#open.add(socket);
    socket.once("close", () => this.#open.delete(socket));
    // The iteration or the pipeline tells it; where there is none yet, it must not end the process.
    socket.on("error", () => undefined);
    return socket;
  }

  #refuseIfRemoved(): void {
    if (this.#removed) throw new Error(`the other side of the pipe ${this.path} never came`);
  }
}
