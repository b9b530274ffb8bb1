// Lets a paused container go on when the process that paused it is gone, however it ended.
// `launch <container>`: starts the guard as nobody's child, in a session of its own, and ends.
// `guard <container>`: says "ready", and waits for "resumed" or the end of descriptor 3.
import { spawn } from "node:child_process";
import { createReadStream } from "node:fs";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import Docker from "dockerode";

const WATCHED = 3;
/** A pause that was asked for at the very end takes hold a moment later. */
const WATCHED_MS = 10_000;
const INTERVAL_MS = 100;

async function guard(id) {
  const container = new Docker().getContainer(id);
  process.stdout.write("ready\n");
  if ((await text(createReadStream("", { fd: WATCHED }))).includes("resumed")) return;
  const until = Date.now() + WATCHED_MS;
  while (Date.now() < until) {
    await container.unpause().catch(() => undefined);
    await setTimeout(INTERVAL_MS);
  }
}

function launch(id) {
  const argv = [fileURLToPath(import.meta.url), "guard", id];
  const stdio = ["ignore", "inherit", "ignore", WATCHED];
  spawn(process.execPath, argv, { detached: true, stdio }).unref();
}

const [command, id] = process.argv.slice(2);
if (command === "guard") await guard(id);
else launch(id);
