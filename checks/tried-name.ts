import { randomUUID } from "node:crypto";
import { isAlive, thisProcess } from "../host/processes";

const NAME = /^rollback-check-(\d+)\.([\w-]+)\.[\w-]+\.bin$/;

/** A name for what a check writes and removes again; it tells which process does. */
export async function triedName(): Promise<string> {
  const { pid, startTime } = await thisProcess();
  return `rollback-check-${pid}.${Buffer.from(startTime).toString("base64url")}.${randomUUID()}.bin`;
}

/** Whether something of that name was written by a check whose process was killed before it removed it. */
export async function isLeftBehind(name: unknown): Promise<boolean> {
  const [, pid, startTime] = typeof name === "string" ? (NAME.exec(name) ?? []) : [];
  if (pid === undefined || startTime === undefined) return false;
  const text = Buffer.from(startTime, "base64url").toString();
  return !(await isAlive({ pid: Number(pid), startTime: text }));
}
