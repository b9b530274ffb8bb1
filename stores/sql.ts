import type Docker from "dockerode";
import type { Service } from "../plan/application/topology";
import { dockerName, type HostContext } from "../host/context";
import { executeOrFail } from "../host/docker/exec";

const DEADLINE_MS = 60_000;

/** A value that a statement reads by current_setting(), so that it never becomes part of the statement. */
export type SqlSettings = Readonly<Record<string, string>>;

/** All that a query needs to know of a side. */
export interface QueryPlace {
  readonly context: HostContext;
}

interface SqlOptions {
  readonly settings?: SqlSettings;
  /** Default: the server refuses to write. */
  readonly writes?: boolean;
  readonly deadlineMs?: number;
}

/**
 * Runs a statement over the socket inside a database's container, as its own user, so that no password is needed. Rows come back as
 * lines, columns separated by "|". @throws Error with the server's message.
 */
export async function query(
  place: QueryPlace,
  service: Service,
  statement: string,
  options: SqlOptions = {},
): Promise<string> {
  const { settings = {}, writes = false, deadlineMs = DEADLINE_MS } = options;
  const { POSTGRES_USER: user = "postgres", POSTGRES_DB: name = user } = service.environment;
  const session = {
    default_transaction_read_only: writes ? "off" : "on",
    statement_timeout: String(deadlineMs),
    ...settings,
  };
  const given = Object.entries(session).map(([key, value]) => `-c ${key}=${escaped(value)}`);
  const psql = ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-U", user, "-d", name];
  const argv = ["env", `PGOPTIONS=${given.join(" ")}`, ...psql, "-c", statement];
  return (await executeOrFail(containerOf(place, service), argv, { deadlineMs })).trim();
}

export function linesOf(text: string): readonly string[] {
  return text.split("\n").filter((line) => line !== "");
}

/** PostgreSQL splits its options at white space. */
function escaped(value: string): string {
  return value.replace(/[\\\s]/g, "\\$&");
}

/** The container of a service. */
export function containerOf(
  { context }: QueryPlace,
  service: Pick<Service, "name">,
): Docker.Container {
  return context.docker.getContainer(dockerName(context, service.name));
}
