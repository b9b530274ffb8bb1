import { randomUUID } from "node:crypto";
import { isAlive, thisProcess } from "./processes";

const OWNED = /(?:^|[.-])(\d+)\.([\w-]+)\.[\w-]+$/;

/** A name that nobody else takes, for something temporary. It tells which process made it, so that others know what was left behind. */
export async function ownedName(): Promise<string> {
  const { pid, startTime } = await thisProcess();
  return `${pid}.${Buffer.from(startTime).toString("base64url")}.${randomUUID()}`;
}

/** Whether a name that ends with an `ownedName` is that of a process that is gone. */
export async function isLeftBehind(name: string): Promise<boolean> {
  const [, pid, startTime] = OWNED.exec(name) ?? [];
  if (pid === undefined || startTime === undefined) return false;
  const decoded = Buffer.from(startTime, "base64url").toString();
  return !(await isAlive({ pid: Number(pid), startTime: decoded }));
}
