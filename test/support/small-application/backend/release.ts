import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What the code of a release would do if it was compiled, read from its sources. */
export interface Release {
  /** Documents are objects in MinIO; else files in a folder (phase 3). */
  readonly objects: boolean;
  /** There are tenants (phase 2). */
  readonly tenants: boolean;
  /** Where the platform client finds its service (phase 6). */
  readonly platformUrl: string;
}

const ENTRY = "index.ts";

/** Throws where a compiler would: an import that leads nowhere, as half a phase would leave it. */
export function readRelease(sources: string): Release {
  const modules = readModules(sources);
  const client = modules.get("features/vehicles/external/platform-client.ts") ?? "";
  const [platformUrl] = /http:\/\/[\w.-]+:\d+/.exec(client) ?? [];
  if (platformUrl === undefined) throw new Error("the platform client names no service");
  return {
    objects: modules.has("core/storage/minio-storage.ts"),
    tenants: modules.has("features/tenant-management/tenants.routes.ts"),
    platformUrl,
  };
}

/** Every module that the entry needs, by its path. */
function readModules(sources: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const wanted = [ENTRY];
  for (let path = wanted.pop(); path !== undefined; path = wanted.pop()) {
    if (found.has(path)) continue;
    const text = readFileSync(join(sources, path), "utf8");
    found.set(path, text);
    for (const [, imported = ""] of text.matchAll(/ from "(\.[^"]*)\.js"/g)) {
      wanted.push(join(dirname(path), `${imported}.ts`));
    }
  }
  return found;
}
