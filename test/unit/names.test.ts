import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { STACK_NAMES } from "../../plan/application/topology";
import { DESCRIPTION, NAMES, topologyOfStack } from "../support/application";

const ROOT = join(__dirname, "..", "..");

const ROOMS = ["plan", "components", "change", "backup", "stores", "checks", "host", "cli"];

describe("the program", () => {
  it("names no service, volume, network, image or path of the application outside applications/", () => {
    const list = [
      "ls-files",
      "index.ts",
      ...ROOMS.flatMap((room) => [`${room}/*.ts`, `${room}/*.sh`]),
    ];
    const files = execFileSync("git", list, { cwd: ROOT, encoding: "utf8" }).trim().split("\n");
    assert.ok(files.length > 200);
    const found = files.flatMap((file) => {
      const text = readFileSync(join(ROOT, file), "utf8");
      return words().flatMap((word) => (names(text, word) ? [`${file}: ${word}`] : []));
    });
    assert.deepEqual(found, []);
  });

  it("is found out where it does", () => {
    assert.ok(names('const VOLUME = "admin_postgres_data";', "admin_postgres_data"));
    assert.ok(names("/** Restarts mvp-backend. */", "mvp-"));
    assert.ok(!names("const frontend = 1;", "frontend/src/"));
  });
});

/** Words that only MotoVaultPro has: `traefik`, `backend` or `data` mean other things as well. */
function words(): readonly string[] {
  const both = STACK_NAMES.map(topologyOfStack);
  const services = both.flatMap((topology) => topology.services);
  const all = [
    ...services.map(({ name }) => name),
    ...both.flatMap(({ networks }) => networks.map(({ dockerName }) => dockerName)),
    ...Object.keys(DESCRIPTION.stores),
    ...NAMES.untrackedPaths,
    ...NAMES.protectedPaths,
    ...services.flatMap(({ mounts }) => mounts.map(({ path }) => path)),
    ...services.flatMap(({ image }) => (image.kind === "built" ? [image.build.context] : [])),
    ...paths(DESCRIPTION.checks),
    NAMES.probe.path,
  ];
  const own = all.filter((word) => /[-_/]/.test(word) && !GENERAL.has(word));
  return [...new Set([...own, "mvp-", "admin_", "data/documents", "docs/redesign"])];
}

/** Paths of the application's addresses, wherever they stand, those of a home page aside. */
function paths(node: unknown): readonly string[] {
  if (typeof node === "string") return node.length > 1 && node.startsWith("/") ? [node] : [];
  return typeof node === "object" && node !== null ? Object.values(node).flatMap(paths) : [];
}

/** Of the application, and of half of all others too. */
const GENERAL: ReadonlySet<string> = new Set([
  "docker-compose.yml",
  "README.md",
  "docs/",
  "Makefile",
  ".env",
]);

function names(text: string, word: string): boolean {
  return text.includes(word);
}
