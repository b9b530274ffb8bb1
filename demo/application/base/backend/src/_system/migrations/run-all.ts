import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Pool, PoolClient } from "pg";
import { loadConfiguration } from "../../core/config/config-loader.js";
import { createDatabase } from "../../core/database.js";

/** Any number that no other lock of this database uses. */
const migrationLock = 727_001;

/** Applies every migration that the database does not know yet, in the order of their names. */
export async function runMigrations(database: Pool, folder: string = __dirname): Promise<string[]> {
  const client = await database.connect();
  try {
    await client.query("SELECT pg_advisory_lock($1)", [migrationLock]);
    await client.query(
      `CREATE TABLE IF NOT EXISTS _migrations (
         name text PRIMARY KEY,
         applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
       )`,
    );
    return await applyMissing(client, folder);
  } finally {
    // The lock belongs to the connection: closing it also frees the lock after an error.
    client.release(true);
  }
}

async function applyMissing(client: PoolClient, folder: string): Promise<string[]> {
  const known = await client.query<{ name: string }>("SELECT name FROM _migrations");
  const applied = new Set(known.rows.map((row) => row.name));
  const missing = readdirSync(folder)
    .filter((file) => file.endsWith(".sql"))
    .map((file) => file.slice(0, -".sql".length))
    .filter((name) => !applied.has(name))
    .sort();
  for (const name of missing) {
    await client.query("BEGIN");
    await client.query(readFileSync(join(folder, `${name}.sql`), "utf8"));
    await client.query("INSERT INTO _migrations (name) VALUES ($1)", [name]);
    await client.query("COMMIT");
  }
  return missing;
}

async function main(): Promise<void> {
  const database = createDatabase(loadConfiguration());
  const applied = await runMigrations(database);
  console.log(applied.length === 0 ? "migrations are current" : `applied: ${applied.join(", ")}`);
  await database.end();
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  });
}
