import type { Pool } from "pg";
import type { PlatformClient } from "../features/vehicles/external/platform-client.js";
import type { Cache } from "./cache.js";
import type { Configuration } from "./config/config-loader.js";
import type { DocumentStorage } from "./storage/storage.js";

/** Everything that the routes work with. */
export interface Services {
  readonly configuration: Configuration;
  readonly database: Pool;
  readonly cache: Cache;
  readonly storage: DocumentStorage;
  readonly platform: PlatformClient;
}
