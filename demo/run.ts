import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { type TableData, tableText } from "../cli/terminal/output";
import { EdgeClient } from "./client";
import { cleanDemo, DEMO_FOLDER, DEMO_FILE } from "./clean";
import { DemoDocker } from "./docker";
import { pulumi, rollback } from "./processes";
import { type Verified, verifyRollback } from "./verify";
import { createWorkspace, stateDirectoryOf, type Workspace } from "./workspace";

interface Timed {
  readonly step: string;
  readonly seconds: number;
}

/** The whole way there and back on real Docker, told step by step; the exit code is not 0 if anything is not as it should be. */
async function main(): Promise<void> {
  await cleanDemo();
  const namePrefix = `demo-${randomBytes(3).toString("hex")}-`;
  const docker = new DemoDocker(namePrefix, stateDirectoryOf(DEMO_FOLDER));
  await docker.refuseTakenNames();
  await mkdir(DEMO_FOLDER, { recursive: true });
  await writeFile(DEMO_FILE, JSON.stringify({ namePrefix }));
  const workspace = await createWorkspace(DEMO_FOLDER, namePrefix);
  const steps: Timed[] = [];
  const timed = async <T>(step: string, work: () => Promise<T>): Promise<T> => {
    console.log(`\n== ${step}`);
    const started = performance.now();
    const result = await work();
    steps.push({ step, seconds: (performance.now() - started) / 1000 });
    return result;
  };

  await timed("start the token issuer", () => docker.startIssuer(workspace));
  await must(workspace, ["stack", "init", "pre-simplification"]);
  await must(workspace, ["stack", "init", "simplified"]);
  const client = new EdgeClient(workspace);
  await timed("pulumi up --stack pre-simplification", () => up(workspace, "pre-simplification"));
  await timed("write rows and documents", () => write(client, 20));
  const before = await client.contents();
  await timed("rollback backup", () => backUp(workspace));
  await timed("pulumi up --stack simplified", () => up(workspace, "simplified"));
  await timed("write more", () => write(client, 10));
  await timed("pulumi preview --stack pre-simplification", () =>
    must(workspace, ["preview", "--stack", "pre-simplification"]),
  );
  await timed("pulumi up --stack pre-simplification (rollback)", () =>
    up(workspace, "pre-simplification"),
  );
  const verified = await verifyRollback(workspace, docker, client, before, 3);
  report(steps, verified);
  process.exitCode = verified.every(({ ok }) => ok) ? 0 : 1;
}

async function up(workspace: Workspace, stack: string): Promise<void> {
  await must(workspace, ["up", "--yes", "--stack", stack, "--skip-preview"]);
}

async function must(workspace: Workspace, argv: readonly string[]): Promise<void> {
  const { code } = await pulumi(workspace, argv, (text) => process.stdout.write(text));
  if (code !== 0) throw new Error(`pulumi ${argv.join(" ")} ended with ${code}`);
}

async function backUp(workspace: Workspace): Promise<void> {
  const { code } = await rollback(workspace, ["backup"], (text) => process.stdout.write(text));
  if (code !== 0) throw new Error(`rollback backup ended with ${code}`);
}

async function write(client: EdgeClient, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    await client.addVehicle("Honda");
    await client.addDocument(randomBytes(1000 + index * 5000));
  }
  console.log(`${count} rows and ${count} documents written through the edge`);
}

function report(steps: readonly Timed[], verified: readonly Verified[]): void {
  console.log("\n== seconds per step");
  print({
    head: ["step", "seconds"],
    rows: steps.map(({ step, seconds }) => [step, seconds.toFixed(1)]),
  });
  console.log("\n== verified by looking at the host");
  print({
    head: ["", "what", "seen"],
    rows: verified.map(({ ok, what, seen }) => [ok ? "ok" : "FAILED", what, seen]),
  });
  console.log("\nThe demo is left running; to remove it and nothing else: npm run demo:clean");
}

function print(data: TableData): void {
  console.log(tableText(data, process.stdout.isTTY));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
