import { closeOnStop } from "./core/stop.js";
import { runMigrations } from "./_system/migrations/run-all.js";
import { buildApp } from "./app.js";
import { createCache } from "./core/cache.js";
import { loadConfiguration } from "./core/config/config-loader.js";
import { createDatabase } from "./core/database.js";
import { waitFor } from "./core/retry.js";
import type { Services } from "./core/services.js";
import { createStorage } from "./core/storage/storage.js";
import { createPlatformClient } from "./features/vehicles/external/platform-client.js";

async function start(): Promise<void> {
  const configuration = loadConfiguration();
  const services: Services = {
    configuration,
    database: createDatabase(configuration),
    cache: createCache(configuration),
    storage: createStorage(configuration),
    platform: createPlatformClient(configuration),
  };
  const { database, cache, storage } = services;
  const connected = cache.connect();
  await Promise.all([
    waitFor("the database", () => database.query("SELECT 1")).then(() => runMigrations(database)),
    waitFor("redis", () => cache.ping()),
    connected,
    waitFor("the document storage", () => storage.initialise()),
  ]);
  const app = await buildApp(services);
  closeOnStop(() => app.close());
  await app.listen({ host: "0.0.0.0", port: configuration.number("server.port", 3001) });
  console.log("motovaultpro backend is listening");
}

start().catch((error: unknown) => {
  console.error(error instanceof Error ? `${error.message}: ${describeCause(error)}` : error);
  process.exit(1);
});

function describeCause(error: Error): string {
  return error.cause instanceof Error ? error.cause.message : "no further cause";
}
