import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { simpleGit } from "simple-git";
import { otherStack, type StackName } from "../plan/application/topology";
import type { Contents, EdgeClient } from "./client";
import type { DemoDocker } from "./docker";
import { describedApplication } from "./described";
import { pulumi } from "./processes";
import { SHAPES } from "./shape";
import type { Workspace } from "./workspace";

/** One thing that was looked at, and what was seen. */
export interface Verified {
  readonly what: string;
  readonly ok: boolean;
  readonly seen: string;
}

/** Looks at the host itself, not at what the program said, after a full rollback to `contents`. */
export async function verifyRollback(
  workspace: Workspace,
  docker: DemoDocker,
  client: EdgeClient,
  contents: Contents,
  change: number,
): Promise<Verified[]> {
  const stack = "pre-simplification";
  return [
    ...(await verifyTopology(workspace, docker, stack)),
    ...(await verifyContents(client, contents)),
    await verifyRelease(workspace),
    await verifyEdge(client),
    await verifyLog(workspace, change),
    await verifyHistory(workspace, stack),
    await verifyHistory(workspace, otherStack(stack)),
  ];
}

/** Exactly the stack's containers run and are healthy, exactly its networks exist, and nothing of the other side. */
export async function verifyTopology(
  workspace: Workspace,
  docker: DemoDocker,
  stack: StackName,
): Promise<Verified[]> {
  const wanted = SHAPES[stack];
  const other = SHAPES[otherStack(stack)];
  const names = new Set(await docker.containers());
  const networks = new Set(await docker.networks());
  const named = (name: string) => `${workspace.namePrefix}${name}`;
  const healthy = await docker.healthy(wanted.services.map(named));
  const present = wanted.networks.filter((name) => networks.has(named(name)));
  const left = other.services.filter((name) => names.has(named(name)));
  const leftNetworks = other.networks.filter((name) => networks.has(named(name)));
  return [
    counted(
      `${wanted.services.length} containers running and healthy`,
      healthy,
      wanted.services.length,
    ),
    counted(`${wanted.networks.length} networks`, present.length, wanted.networks.length),
    counted(`the ${other.services.length} other containers are gone`, left.length, 0, "left"),
    counted(`their ${other.networks.length} networks are gone`, leftNetworks.length, 0, "left"),
  ];
}

async function verifyContents(client: EdgeClient, expected: Contents): Promise<Verified[]> {
  const found = await client.contents();
  return [
    same("every row of the backup, and no other", expected.vehicles, found.vehicles, "rows"),
    same(
      "every document of the backup, byte-identical",
      expected.documents,
      found.documents,
      "documents",
    ),
  ];
}

function same(
  what: string,
  expected: ReadonlyMap<string, string>,
  found: ReadonlyMap<string, string>,
  unit: string,
): Verified {
  const equal = [...expected].filter(([id, value]) => found.get(id) === value).length;
  const ok = equal === expected.size && found.size === expected.size;
  return { what, ok, seen: `${equal} of ${expected.size} ${unit} equal, ${found.size} found` };
}

async function verifyRelease(workspace: Workspace): Promise<Verified> {
  const description = await describedApplication();
  const exclude = description.protected.map((path) => `:(exclude)${path}`);
  const git = simpleGit(workspace.repository);
  const differing = await git.raw([
    "diff",
    "--name-only",
    workspace.application.tag,
    "--",
    ".",
    ...exclude,
  ]);
  const files = differing.split("\n").filter((line) => line !== "").length;
  return {
    what: "work tree equal to the tag but for the protected paths",
    ok: files === 0,
    seen: `${files} files differ`,
  };
}

async function verifyEdge(client: EdgeClient): Promise<Verified> {
  const paths = ["/api/health", "/", "/landing", "/api/platform/makes"];
  const statuses = await Promise.all(paths.map((path) => client.status(path)));
  return {
    what: "edge answers for backend, frontend, landing and platform",
    ok: statuses.every((status) => status === 200),
    seen: paths.map((path, index) => `${path} ${statuses[index] ?? ""}`).join(", "),
  };
}

async function verifyLog(workspace: Workspace, change: number): Promise<Verified> {
  const log = await readFile(join(workspace.repository, "docs/redesign/ROLLBACK-LOG.md"), "utf8");
  const entries = log.split("\n").filter((line) => line.startsWith(`## Change ${change}:`));
  return {
    what: "one log entry for the rollback",
    ok: entries.length === 1,
    seen: entries[0] ?? "none",
  };
}

async function verifyHistory(workspace: Workspace, stack: StackName): Promise<Verified> {
  const { stdout } = await pulumi(workspace, ["stack", "history", "--json", "--stack", stack]);
  const updates = JSON.parse(stdout) as { result: string }[];
  const good = updates.filter(({ result }) => result === "succeeded").length;
  return {
    what: `history of "${stack}"`,
    ok: good > 0 && good === updates.length,
    seen: `${good} updates succeeded of ${updates.length}`,
  };
}

function counted(what: string, found: number, expected: number, word = "found"): Verified {
  return { what, ok: found === expected, seen: `${found} ${word}` };
}
