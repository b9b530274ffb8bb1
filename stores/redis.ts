import { readFileSync } from "node:fs";
import { join } from "node:path";
import type Docker from "dockerode";
import type { HostContext } from "../host/context";
import { executeOrFail } from "../host/docker/exec";
import { type HelperMount, runHelper } from "../host/docker/helper";
import type { VolumeUser } from "../host/docker/users";
import type { StoreDriver } from "./driver";
import type { Reading } from "./reading";

const LOAD = readFileSync(join(__dirname, "redis-load.sh"), "utf8");

/** What a Redis keeps: it is asked to save, and what it saved is replaced as a whole, so it can be read while it goes on. */
export const redis: StoreDriver = {
  images: /(^|\/)redis(:|@|$)/,
  port: 6379,
  shared: false,
  holdsDocuments: false,
  read: (container, user) => Promise.resolve(saved(container, user)),
  prove,
};

function saved(container: Docker.Container, user: VolumeUser): Reading {
  return {
    exclude: ["./temp-*.rdb"],
    database: true,
    read: async (passes, moment) => {
      await save(container);
      moment.fixed();
      await passes.all("written");
      return `copied after SAVE in "${user.name}"`;
    },
  };
}

async function save(container: Docker.Container): Promise<void> {
  const answer = await executeOrFail(container, ["redis-cli", "SAVE"]);
  // redis-cli ends with 0 on an error reply too.
  if (answer.trim() !== "OK") throw new Error(`Redis refused SAVE: ${answer.trim()}`);
}

async function prove(context: HostContext, volume: HelperMount, image: string): Promise<string> {
  const keys = await runHelper(context, {
    purpose: "check",
    script: LOAD,
    arguments: [volume.target],
    image,
    mounts: [volume],
  });
  return `Redis: ${keys.trim()} keys were loaded`;
}
