import type { Service } from "../../plan/topology";
import { executeOrFail } from "../docker/exec";
import { migrationsOf } from "../git/migrations";
import { required } from "./endpoints";
import { type CheckScene, containerOf, findingOf, requireService, type Runner } from "./scene";

const DEADLINE_MS = 60_000;

/** A value that a statement reads by current_setting(), so that it never becomes part of the statement. */
export type SqlSettings = Readonly<Record<string, string>>;

/** All that a query needs to know of a side. */
export type QueryPlace = Pick<CheckScene, "context">;

interface SqlOptions {
  readonly settings?: SqlSettings;
  /** Default: the server refuses to write. */
  readonly writes?: boolean;
  readonly deadlineMs?: number;
}

/** A statement gives what it should. */
export const sql: Runner<"sql"> = async (scene, { service, statement, says }) => {
  const found = await query(scene, requireService(scene, service), statement);
  return { passed: found === says, found: found || "nothing" };
};

/** The tables that config `checks.tables` names are there. */
export const tables: Runner<"tables"> = async (scene) => {
  const wanted = required(scene.settings.tables);
  const missing = await query(
    scene,
    database(scene),
    "SELECT name FROM unnest(string_to_array(current_setting('rollback.tables'), ',')) name WHERE to_regclass(name) IS NULL",
    { settings: { "rollback.tables": wanted.join(",") } },
  );
  return findingOf(
    linesOf(missing).map((name) => `no table ${name}`),
    wanted.join(", "),
  );
};

/** Every migration that the release brings has been applied; those that only the data knows are told. */
export const migrations: Runner<"migrations"> = async (scene) => {
  const { query: statement, suffix } = required(scene.settings.migrations);
  const brought = await migrationsOf(scene.context, scene.wanted.release.tree, suffix);
  const applied = new Set(linesOf(await query(scene, database(scene), statement)));
  const unknown = [...applied].filter((name) => !brought.includes(name));
  const more = unknown.length === 0 ? "" : `; the data also has ${unknown.join(", ")}`;
  return findingOf(
    brought.filter((name) => !applied.has(name)).map((name) => `${name} is not applied`),
    `${brought.length} applied${more}`,
  );
};

/** The application's own database. */
export function database(scene: CheckScene): Service {
  return requireService(scene, "database");
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
