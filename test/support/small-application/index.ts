import { copyFile, cp } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import type { Variant } from "../../../demo/application/generate";

const PLATFORM = "mvp-platform-services";

/**
 * The demo application with the same history, but images that are built in a second, since nothing is compiled or installed in
 * them: its backend is a bundle that does what the release's sources say, its platform services need no library.
 */
export const smallApplication: Variant = {
  without: [
    "backend/Dockerfile",
    "frontend/Dockerfile",
    `${PLATFORM}/tenants/Dockerfile`,
    `${PLATFORM}/tenants/app`,
    `${PLATFORM}/vehicles/Dockerfile`,
    ...["__main__", "database", "main", "startup", "tables"].map(
      (name) => `${PLATFORM}/vehicles/app/${name}.py`,
    ),
    ...["__main__", "load"].map((name) => `${PLATFORM}/vehicles/etl/${name}.py`),
  ],
  async write(repository) {
    await cp(join(__dirname, "files"), repository, { recursive: true });
    for (const service of ["tenants", "vehicles"]) {
      const target = join(repository, PLATFORM, service);
      await copyFile(join(__dirname, "platform", "Dockerfile"), join(target, "Dockerfile"));
      await copyFile(join(__dirname, "platform", "service.py"), join(target, "app", "service.py"));
    }
    await bundleBackend(join(repository, "backend", "bundle"));
  },
};

/** Where the demo's own build puts it, so that its package.json and the document's commands find it. */
async function bundleBackend(folder: string): Promise<void> {
  const source = (name: string) => join(__dirname, "backend", `${name}.ts`);
  await build({
    entryPoints: {
      index: source("index"),
      "_system/migrations/run-all": source("run-migrations"),
      "test/retry.test": source("self-test"),
    },
    outdir: folder,
    bundle: true,
    minify: true,
    platform: "node",
    target: "node18",
    // Optional to pg, and never there.
    external: ["pg-native"],
    logLevel: "warning",
  });
}
