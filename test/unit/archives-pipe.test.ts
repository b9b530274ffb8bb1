import { deepEqual, equal, rejects, throws } from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { open, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { makePipe, type Pipe } from "../../backup/archives/pipe";
import { heldOpen } from "../../backup/reading/held-open";
import { collect, inChunks, stream, withFolder } from "../support/tar";

const CONTENT = Buffer.alloc(3_000_000, "content ");

/** The other side, as a process of its own. */
function helper(script: string, pipe: Pipe): ChildProcess {
  return spawn("sh", ["-c", script, "sh", pipe.path], { stdio: ["pipe", "ignore", "ignore"] });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}

async function withPipe(work: (pipe: Pipe, folder: string) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const pipe = await makePipe(folder, "pipe");
    try {
      await work(pipe, folder);
    } finally {
      await pipe.remove();
    }
    equal((await readdir(folder)).includes("pipe"), false);
  });
}

describe("a named pipe", () => {
  it("is for this user alone and replaces one that was left", async () => {
    await withPipe(async (pipe, folder) => {
      equal((await stat(pipe.path)).mode & 0o777, 0o600);
      const again = await makePipe(folder, "pipe");
      equal((await stat(again.path)).isFIFO(), true);
      equal(again.path, `${folder}/pipe`);
    });
  });

  it("hands on what a helper writes, up to its end", async () => {
    await withPipe(async (pipe) => {
      const chunks = pipe.read();
      const child = helper('cat > "$1"', pipe);
      child.stdin?.end(CONTENT);
      deepEqual(Buffer.concat(await collect(chunks)), CONTENT);
      await ended(child);
    });
  });

  it("hands chunks to a helper that reads", async () => {
    await withPipe(async (pipe, folder) => {
      const writing = pipe.write(inChunks(CONTENT, [70_000, 1]));
      const child = helper('cat "$1" > "$1.copy"', pipe);
      await Promise.all([writing, ended(child)]);
      deepEqual(await readFile(`${folder}/pipe.copy`), CONTENT);
    });
  });

  it("that is held open for several writers waits for its reader, who gets what little they wrote", async () => {
    await withPipe(async (pipe, folder) => {
      let isOpen = false;
      const holding = heldOpen(pipe.path).then((held) => {
        isOpen = true;
        return held;
      });
      await stat(folder);
      equal(isOpen, false);
      const child = helper('cat "$1" > "$1.copy"', pipe);
      const held = await holding;
      for (const text of ["one", "two"]) await writeFile(pipe.path, text);
      await held.close();
      await ended(child);
      equal(await readFile(`${folder}/pipe.copy`, "utf8"), "onetwo");
    });
  });

  it("lets a helper wait for a slow reader", async () => {
    await withPipe(async (pipe) => {
      let handed = 0;
      async function* counted(): AsyncGenerator<Buffer> {
        for await (const chunk of inChunks(CONTENT, [10_000])) {
          handed += chunk.length;
          yield chunk;
        }
      }
      const reader = pipe.read()[Symbol.asyncIterator]();
      const writing = pipe.write(counted());
      await reader.next();
      const early = handed;
      for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
      equal(handed < CONTENT.length / 2, true, `${early} and then ${handed} bytes were taken`);
      while ((await reader.next()).done !== true);
      await writing;
      equal(handed, CONTENT.length);
    });
  });

  it("ends at the end of a helper that dies, whatever it has written", async () => {
    await withPipe(async (pipe) => {
      const chunks = pipe.read();
      const child = helper('{ printf begun; kill -9 $$; } > "$1"', pipe);
      equal(Buffer.concat(await collect(chunks)).toString(), "begun");
      await ended(child);
    });
  });

  it("ends a reader whose helper never comes when it is removed", async () => {
    await withPipe(async (pipe) => {
      const reading = collect(pipe.read());
      const told = rejects(
        reading,
        new RegExp(`the other side of the pipe ${pipe.path} never came`),
      );
      await pipe.remove();
      await told;
    });
  });

  it("ends a reader that did not begin yet, too", async () => {
    await withPipe(async (pipe) => {
      const chunks = pipe.read();
      await pipe.remove();
      await rejects(collect(chunks), /never came/);
      throws(() => pipe.read(), /never came/);
    });
  });

  it("ends a reader in the middle when it is removed", async () => {
    await withPipe(async (pipe) => {
      const reader = pipe.read()[Symbol.asyncIterator]();
      const child = helper('exec cat > "$1"', pipe);
      child.stdin?.write("begun");
      equal(String((await reader.next()).value), "begun");
      const told = rejects(reader.next(), /the other side of the pipe .* did not end/);
      await pipe.remove();
      await told;
      child.stdin?.end("nobody reads this");
      await ended(child);
    });
  });

  it("ends a writer whose helper never comes when it is removed", async () => {
    await withPipe(async (pipe) => {
      const told = rejects(pipe.write(stream([CONTENT])), /never came/);
      await pipe.remove();
      await told;
    });
  });

  it("tells a writer whose helper stops reading", async () => {
    await withPipe(async (pipe) => {
      const child = helper('head --bytes=100 "$1" > /dev/null', pipe);
      const told = new RegExp(`nobody reads the pipe ${pipe.path} any more`);
      await rejects(pipe.write(inChunks(CONTENT)), told);
      await ended(child);
    });
  });

  it("hands an error of the chunks on, and the helper sees the end", async () => {
    await withPipe(async (pipe) => {
      async function* failing(): AsyncGenerator<Buffer> {
        yield* inChunks(CONTENT);
        throw new Error("the archive is damaged");
      }
      const child = helper('cat "$1" > /dev/null', pipe);
      await rejects(pipe.write(failing()), /the archive is damaged/);
      await ended(child);
    });
  });

  it("does not keep a process alive once it is removed", async () => {
    await withFolder(async (folder) => {
      const module = JSON.stringify(require.resolve("../../backup/archives/pipe"));
      const script = `void require(${module}).makePipe(process.argv[1], "pipe").then(async (pipe) => {
        pipe.read(); pipe.write([]).catch(() => 0); await pipe.remove(); });`;
      const child = spawn(process.execPath, ["--require", "tsx/cjs", "-e", script, folder]);
      await ended(child);
      equal(child.exitCode, 0);
      const none = await open(`${folder}/pipe`).catch(() => null);
      equal(none, null);
    });
  });
});
