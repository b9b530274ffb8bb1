import type Docker from "dockerode";
import { executeOrFail } from "../host/docker/exec";
import { containerSettings } from "./container-settings";

const DEADLINE_MS = 60_000;

/** Whose name is used inside a PostgreSQL's container, and on which database. */
export interface DatabaseLogin {
  readonly role: string;
  readonly database: string;
}

/** A value that a statement reads by current_setting(), so that it never becomes part of the statement. */
export type SqlSettings = Readonly<Record<string, string>>;

interface SqlOptions {
  readonly settings?: SqlSettings;
  /** Default: the server refuses to write. */
  readonly writes?: boolean;
  readonly deadlineMs?: number;
}

/** The role and the database that a PostgreSQL was made with: its container's environment tells, else the image's defaults. */
export async function databaseLogin(container: Docker.Container): Promise<DatabaseLogin> {
  const setting = await containerSettings(container);
  const role = (await setting("POSTGRES_USER")) ?? "postgres";
  return { role, database: (await setting("POSTGRES_DB")) ?? role };
}

/** Over the socket inside the container, so that no password is needed; rows come back as lines, columns separated by "|". */
export async function psqlIn(container: Docker.Container): Promise<readonly string[]> {
  const { role, database } = await databaseLogin(container);
  return ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-U", role, "-d", database];
}

/** Runs a statement inside a database's container, as the role that it was made with. @throws Error with the server's message. */
export async function query(
  container: Docker.Container,
  statement: string,
  options: SqlOptions = {},
): Promise<string> {
  const { settings = {}, writes = false, deadlineMs = DEADLINE_MS } = options;
  const session = {
    default_transaction_read_only: writes ? "off" : "on",
    statement_timeout: String(deadlineMs),
    ...settings,
  };
  const given = Object.entries(session).map(([key, value]) => `-c ${key}=${escaped(value)}`);
  const psql = await psqlIn(container);
  const argv = ["env", `PGOPTIONS=${given.join(" ")}`, ...psql, "-c", statement];
  return (await executeOrFail(container, argv, { deadlineMs })).trim();
}

export function linesOf(text: string): readonly string[] {
  return text.split("\n").filter((line) => line !== "");
}

/** PostgreSQL splits its options at white space. */
function escaped(value: string): string {
  return value.replace(/[\\\s]/g, "\\$&");
}
