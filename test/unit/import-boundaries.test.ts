import assert from "node:assert/strict";
import { join } from "node:path";
import { ESLint } from "eslint";

const ROOT = join(__dirname, "..", "..");

const FORBIDDEN = [
  ["plan/source.ts", 'import "node:fs";'],
  ["plan/source.ts", 'import "fs";'],
  ["plan/source.ts", 'import "dockerode";'],
  ["plan/source.ts", 'import "@pulumi/pulumi";'],
  ["plan/source.ts", 'import type { HostContext } from "../host/context";'],
  ["plan/phases/phase.ts", 'import "../../host/observe";'],
  ["plan/source.ts", 'void import("../host/observe");'],
  ["plan/source.ts", "export const now = new Date();"],
  ["plan/source.ts", "export const now = Date.now();"],
  ["plan/source.ts", "export const chance = Math.random();"],
  ["plan/source.ts", "export const home = process.env.HOME;"],
  ["components/verb.ts", 'import "node:fs";'],
  ["components/verb.ts", 'import "dockerode";'],
  ["components/verb.ts", 'import "../host/observe";'],
  ["components/verb.ts", 'import "../cli/main";'],
  ["host/observe.ts", 'import "@pulumi/pulumi";'],
  ["host/docker/wait.ts", 'import "../../components/verb";'],
  ["host/docker/wait.ts", 'import "../../cli/main";'],
  ["cli/main.ts", 'import "@pulumi/docker";'],
  ["cli/main.ts", 'void import("@pulumi/pulumi");'],
  ["cli/main.ts", 'import "../components/verb";'],
  ["cli/main.ts", 'import "../demo/demo";'],
  ["index.ts", 'import "node:fs";'],
  ["index.ts", 'import "./host/docker/wait";'],
] as const;

const ALLOWED = [
  ["plan/source.ts", 'import "./topology";'],
  ["plan/phases/phase.ts", 'import "../topologies";'],
  ["components/verb.ts", 'import "../plan/topologies";'],
  ["components/verb.ts", 'import "@pulumi/docker";'],
  ["host/docker/wait.ts", 'import "../../plan/problem";'],
  ["cli/main.ts", 'void import("../host/observe");'],
  ["index.ts", 'import "./host/observe";'],
] as const;

const BOUNDARY_RULES = new Set([
  "@typescript-eslint/no-restricted-imports",
  "no-restricted-syntax",
  "no-restricted-globals",
  "no-restricted-properties",
]);

describe("the lint rules between the rooms", function () {
  this.timeout(60_000);
  const eslint = new ESLint({ cwd: ROOT });

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

async function violations(eslint: ESLint, file: string, code: string): Promise<string[]> {
  const results = await eslint.lintText(`${code}\n`, { filePath: join(ROOT, file) });
  return results
    .flatMap((result) => result.messages)
    .flatMap(({ ruleId, fatal, message }) =>
      fatal === true || (ruleId !== null && BOUNDARY_RULES.has(ruleId)) ? [message] : [],
    );
}
