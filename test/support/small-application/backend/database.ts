import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Pool } from "pg";
import type { Configuration } from "./configuration";

/** Any number that no other lock of this database uses. */
const MIGRATION_LOCK = 727_001;

const MIGRATIONS = "dist/_system/migrations";

export function connectDatabase(configuration: Configuration): Pool {
  const pool = new Pool({
    host: configuration.databaseHost,
    database: "motovaultpro",
    user: "motovaultpro",
    password: configuration.secret("postgres-password"),
    connectionTimeoutMillis: 3_000,
    query_timeout: 30_000,
  });
  // Without a listener the loss of an idle connection would end the process.
  pool.on("error", (error) => {
    console.error(`database connection lost: ${error.message}`);
  });
  return pool;
}

/** Applies every migration of the release that the database does not know yet, in the order of their names. */
export async function migrate(database: Pool): Promise<void> {
  const client = await database.connect();
  try {
    await client.query("SELECT pg_advisory_lock($1)", [MIGRATION_LOCK]);
    await client.query(
      `CREATE TABLE IF NOT EXISTS _migrations (
         name text PRIMARY KEY,
         applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
       )`,
    );
    const { rows } = await client.query<{ name: string }>("SELECT name FROM _migrations");
    const applied = new Set(rows.map(({ name }) => name));
    const files = readdirSync(MIGRATIONS).filter((file) => file.endsWith(".sql"));
    for (const name of files.map((file) => file.slice(0, -".sql".length)).sort()) {
      if (applied.has(name)) continue;
      await client.query("BEGIN");
      await client.query(readFileSync(join(MIGRATIONS, `${name}.sql`), "utf8"));
      await client.query("INSERT INTO _migrations (name) VALUES ($1)", [name]);
      await client.query("COMMIT");
    }
  } finally {
    // The lock belongs to the connection: closing it also frees the lock after an error.
    client.release(true);
  }
}
