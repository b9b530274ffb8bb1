import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ComposeSettings } from "../../plan/application/compose-model";
import { messageOf } from "../../plan/problem";

/** The first that tells which of a file's values come from variables. */
const MINIMUM = "2.20.0";
const ANSWERS_WITHIN_MS = 30_000;
const PRINTED_BYTES = 64 * 2 ** 20;

/** How Compose is called: as Docker's plugin, or by its own name. */
const COMMANDS = [["docker", "compose"], ["docker-compose"]] as const;

/** A Compose that is new enough. */
export type ComposeCommand = readonly [program: string, ...args: string[]];

/**
 * The Compose of this host.
 *
 * @throws Error that says what is needed, what was found and how to get it.
 */
export async function findCompose(): Promise<ComposeCommand> {
  const found: string[] = [];
  for (const command of COMMANDS) {
    const version = await runCompose(command, ["version", "--short"]).catch(() => null);
    if (version === null) continue;
    if (isNewEnough(version)) return command;
    found.push(`${command.join(" ")} ${version.trim()}`);
  }
  throw new Error(
    `Docker Compose ${MINIMUM} or newer is needed: found ${found.join(", ") || "neither docker compose nor docker-compose"}; ` +
      "install Docker's package docker-compose-plugin",
  );
}

function isNewEnough(version: string): boolean {
  const given = version.trim().replace(/^v/, "");
  return given.localeCompare(MINIMUM, "en", { numeric: true }) >= 0;
}

/** Which files of a project's folder Compose reads, and with which profiles. */
export function inputArguments(folder: string, { files, profiles }: ComposeSettings): string[] {
  return [
    ...files.flatMap((file) => ["--file", join(folder, file)]),
    ...profiles.flatMap((profile) => ["--profile", profile]),
  ];
}

/** Runs Compose without the operator's shell and gives what it prints. @throws Error with Compose's own words */
export async function runCompose(
  [program, ...args]: ComposeCommand,
  more: readonly string[],
  { folder }: { readonly folder?: string } = {},
): Promise<string> {
  const { PATH = "", HOME = "/", DOCKER_CONFIG } = process.env;
  const options = {
    ...(folder === undefined ? {} : { cwd: folder }),
    env: { PATH, HOME, ...(DOCKER_CONFIG === undefined ? {} : { DOCKER_CONFIG }) },
    timeout: ANSWERS_WITHIN_MS,
    maxBuffer: PRINTED_BYTES,
  };
  try {
    return (await promisify(execFile)(program, [...args, ...more], options)).stdout;
  } catch (error) {
    const { stderr } = error as { readonly stderr?: string };
    throw new Error(stderr?.trim() || messageOf(error), { cause: error });
  }
}
