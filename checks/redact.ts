import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { isSealed } from "../plan/application/sealed";
import type { Service } from "../plan/application/topology";
import { environmentOf, inspectContainer } from "../host/docker/containers";
import type { Wanted } from "../plan/model/wanted";
import type { HostContext } from "../host/context";
import { statePath } from "../host/state-directory";

/** Shorter values stand in too many words. */
const SHORTEST_SECRET = 6;
const LONGEST_TEXT = 200;
const LARGEST_FILE = 64 * 1024;

const SECRET_SHAPES: readonly (readonly [RegExp, string])[] = [
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, "<token>"],
  [/\b(Bearer|Basic)\s+\S+/gi, "$1 <hidden>"],
  [/(\w+:\/\/)[^/\s:@]*:[^/\s@]+@/g, "$1<hidden>@"],
  [
    /\b([\w-]*(?:password|passwd|secret|token|api[_-]?key)[\w-]*["']?\s*[=:]\s*)("[^"]*"|\S+)/gi,
    "$1<hidden>",
  ],
];

/** Makes what containers and servers said fit to be told: one line, 200 characters, none of the side's secrets. */
export async function redactor(
  context: HostContext,
  wanted: Wanted,
): Promise<(text: string) => string> {
  const secrets = await secretsOf(context, wanted);
  return (text) => {
    const known = secrets.reduce((rest, secret) => rest.replaceAll(secret, "<secret>"), text);
    const shaped = SECRET_SHAPES.reduce((rest, [shape, to]) => rest.replace(shape, to), known);
    const line = shaped.replace(/[\s\p{Cc}]+/gu, " ").trim();
    return line.length > LONGEST_TEXT ? `${line.slice(0, LONGEST_TEXT - 1)}…` : line;
  };
}

/** Values of the secret files that the side's containers have mounted, and of variables where their names say so; longest first. */
async function secretsOf(context: HostContext, wanted: Wanted): Promise<readonly string[]> {
  const mounted = Object.entries(wanted.release.mounts).map(([path, id]) => ({
    path,
    root: join(statePath.mount(context, id), basename(path)),
  }));
  const texts = await Promise.all(
    mounted.map(async ({ path, root }) => {
      if (path.startsWith("secrets")) return filesIn(root);
      return basename(path).startsWith(".env") ? secretLines(await textOf(root)) : [];
    }),
  );
  const given = await Promise.all(
    wanted.topology.services.map((service) => sealedValues(context, service)),
  );
  const values = [...texts.flat(), ...given.flat()].map((value) => value.trim());
  const long = values.filter((value) => value.length >= SHORTEST_SECRET);
  return [...new Set(long)].sort((one, other) => other.length - one.length);
}

/** What a container was given from variables or env files. */
async function sealedValues(context: HostContext, service: Service): Promise<readonly string[]> {
  const sealed = Object.entries(service.definition.environment ?? {}).flatMap(([name, value]) =>
    value !== null && isSealed(value) ? [name] : [],
  );
  if (sealed.length === 0) return [];
  const info = await inspectContainer(context, service.containerName);
  const given = info === undefined ? [] : environmentOf(info);
  const own = given.filter((entry) => sealed.includes(entry.split("=", 1)[0] ?? ""));
  return secretLines(own.join("\n"));
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(files.map(({ parentPath, name }) => textOf(join(parentPath, name))));
}

async function textOf(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch(() => "");
  return text.length > LARGEST_FILE ? "" : text;
}

function secretLines(environment: string): readonly string[] {
  return environment
    .split("\n")
    .filter((line) => /^[^=]*(secret|password|token|key)[^=]*=/i.test(line))
    .map((line) => line.slice(line.indexOf("=") + 1));
}
