import { Pool } from "pg";
import type { Configuration } from "./config/config-loader.js";

/** A pool on the application's database; it connects when it is first used. */
export function createDatabase(configuration: Configuration): Pool {
  const pool = new Pool({
    host: configuration.text("database.host"),
    port: configuration.number("database.port", 5432),
    database: configuration.text("database.name", "motovaultpro"),
    user: configuration.text("database.user", "motovaultpro"),
    password: configuration.secret("postgres-password"),
    max: configuration.number("database.connections", 10),
    connectionTimeoutMillis: 3_000,
    query_timeout: 30_000,
  });
  // Without a listener the loss of an idle connection would end the process.
  pool.on("error", (error) => console.error(`database connection lost: ${error.message}`));
  return pool;
}
