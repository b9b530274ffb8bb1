import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ESLint } from "eslint";
import madge from "madge";

const ROOT = join(__dirname, "..", "..");

const FORBIDDEN = [
  ["plan/model/source.ts", 'import "node:fs";'],
  ["plan/model/source.ts", 'import "fs";'],
  ["plan/model/source.ts", 'import "dockerode";'],
  ["plan/model/source.ts", 'import "@pulumi/pulumi";'],
  ["plan/model/source.ts", 'import type { HostContext } from "../../host/context";'],
  ["plan/model/source.ts", 'void import("../../change/observe");'],
  ["plan/model/source.ts", 'import "../run/plan";'],
  ["plan/problem.ts", 'import "./run/plan";'],
  ["plan/model/source.ts", "export const now = new Date();"],
  ["plan/model/source.ts", "export const now = Date.now();"],
  ["plan/model/source.ts", "export const chance = Math.random();"],
  ["plan/model/source.ts", "export const home = process.env.HOME;"],
  ["components/verb.ts", 'import "node:fs";'],
  ["components/verb.ts", 'import "dockerode";'],
  ["components/verb.ts", 'import "../host/context";'],
  ["components/verb.ts", 'import "../change/observe";'],
  ["components/verb.ts", 'import "../cli/main";'],
  ["host/context.ts", 'import "@pulumi/pulumi";'],
  ["host/context.ts", 'import "./docker/wait";'],
  ["host/docker/wait.ts", 'import "../git/run-git";'],
  ["host/docker/wait.ts", 'import "../../stores/sql";'],
  ["host/docker/wait.ts", 'import "../../components/verb";'],
  ["host/docker/wait.ts", 'void import("../../cli/main");'],
  ["stores/sql.ts", 'import "../backup/create";'],
  ["stores/sql.ts", 'import "../checks/scene";'],
  ["backup/create.ts", 'import "../checks/scene";'],
  ["backup/volumes/restore.ts", 'import "../create";'],
  ["checks/scene.ts", 'import "../change/observe";'],
  ["change/records/read.ts", 'import "../lock/lock";'],
  ["change/records/read.ts", 'import "../observe";'],
  ["change/observe.ts", 'import "../cli/main";'],
  ["cli/main.ts", 'import "@pulumi/docker";'],
  ["cli/main.ts", 'void import("@pulumi/pulumi");'],
  ["cli/main.ts", 'import "../components/verb";'],
  ["cli/main.ts", 'import "../demo/run";'],
  ["cli/terminal/output.ts", 'import "../main";'],
  ["index.ts", 'import "node:fs";'],
  ["index.ts", 'import "./host/docker/wait";'],
  ["index.ts", 'import "./change/switch";'],
] as const;

const ALLOWED = [
  ["plan/model/source.ts", 'import "../application/topology";'],
  ["plan/run/plan.ts", 'import "../problem";'],
  ["components/verb.ts", 'import "../plan/model/wanted";'],
  ["components/verb.ts", 'import "@pulumi/docker";'],
  ["host/docker/wait.ts", 'import "../../plan/problem";'],
  ["backup/create.ts", 'import "./volumes/restore";'],
  ["change/switch.ts", 'import "./edge/move";'],
  ["index.ts", 'import "./host/description";'],
  ["index.ts", 'import "./host/pulumi-project";'],
  ["cli/main.ts", 'void import("../change/observe");'],
  ["index.ts", 'import "./change/observe";'],
] as const;

const BOUNDARY_RULES = new Set([
  "@typescript-eslint/no-restricted-imports",
  "no-restricted-syntax",
  "no-restricted-globals",
  "no-restricted-properties",
]);

describe("the lint rules between the rooms", function () {
  this.timeout(60_000);
  // None of these rules asks for types, and to know them takes longest.
  const eslint = new ESLint({
    cwd: ROOT,
    ruleFilter: ({ ruleId }) => BOUNDARY_RULES.has(ruleId),
    overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
  });

  for (const [file, code] of FORBIDDEN) {
    it(`refuses ${code} in ${file}`, async () => {
      assert.notDeepEqual(await violations(eslint, file, code), []);
    });
  }

  for (const [file, code] of ALLOWED) {
    it(`accepts ${code} in ${file}`, async () => {
      assert.deepEqual(await violations(eslint, file, code), []);
    });
  }
});

describe("imports of the product", function () {
  this.timeout(60_000);

  it("make no circle, types included", async () => {
    const rooms = ["cli", "change", "checks", "backup", "stores", "host", "plan", "components"];
    assert.deepEqual(await circles(["index.ts", ...rooms].map((room) => join(ROOT, room))), []);
  });

  it("are found where they do", async () => {
    const folder = await mkdtemp(join(tmpdir(), "circle-"));
    try {
      await writeFile(join(folder, "one.ts"), 'export type { Two } from "./two";');
      await writeFile(
        join(folder, "two.ts"),
        'import type * as one from "./one";\nexport type Two = one.Two;',
      );
      assert.deepEqual(await circles([folder]), [["one.ts", "two.ts"]]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

async function circles(paths: readonly string[]): Promise<string[][]> {
  const graph = await madge([...paths], { fileExtensions: ["ts"] });
  return graph.circular();
}

async function violations(eslint: ESLint, file: string, code: string): Promise<string[]> {
  const results = await eslint.lintText(`${code}\n`, { filePath: join(ROOT, file) });
  return results
    .flatMap((result) => result.messages)
    .flatMap(({ ruleId, fatal, message }) =>
      fatal === true || (ruleId !== null && BOUNDARY_RULES.has(ruleId)) ? [message] : [],
    );
}
