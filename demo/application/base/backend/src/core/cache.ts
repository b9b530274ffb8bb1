import { createClient } from "@redis/client";
import type { Configuration } from "./config/config-loader.js";

/** What the application asks of Redis. */
export interface Cache {
  connect(): Promise<unknown>;
  ping(): Promise<string>;
  get(key: string): Promise<string | null>;
  set(key: string, value: string): Promise<unknown>;
}

/** A Redis client; commands fail at once while it is not connected. */
export function createCache(configuration: Configuration): Cache {
  const client = createClient({
    socket: {
      host: configuration.text("redis.host"),
      port: configuration.number("redis.port", 6379),
      connectTimeout: 3_000,
      reconnectStrategy: (retries: number) => Math.min(50 * (retries + 1), 500),
    },
    disableOfflineQueue: true,
  });
  client.on("error", (error: Error) => console.error(`redis: ${error.message}`));
  return client;
}
