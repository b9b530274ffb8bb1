import { readFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../plan/problem";
import { parseSource } from "../plan/model/source";
import { containerOf } from "../host/docker/containers";
import { runHelper } from "../host/docker/helper";
import { statePath } from "../host/state-directory";
import { readManifest } from "../backup/format/manifest";
import { type Database, databasesOf, readDataFacts } from "../stores/data-facts";
import type { StoreFacts } from "../stores/driver";
import { type CheckScene, findingOf, requireService, type Runner } from "./scene";

const COUNT_DEADLINE_MS = 240_000;

/** A backup, and the volume of it that a volume was made from. */
export interface Origin {
  readonly id: string;
  readonly volume: string;
}

const CONTROL_FILE = readFileSync(join(__dirname, "control-file.sh"), "utf8");

/** Databases can be read to the last row, are those of the backup that they came from, and lost no row (document: data intact). */
export const databaseIntact: Runner<"databaseIntact"> = async (scene, { databases }) => {
  const application = requireService(scene, "database").name;
  const chosen = databasesOf(scene.topology).filter(
    ({ service }) => databases === "all" || service.name === application,
  );
  const results = await Promise.all(chosen.map((each) => examined(scene, each)));
  return findingOf(
    results.flatMap(({ problems }) => problems),
    results.map(({ seen }) => seen).join("; "),
  );
};

/** Where a volume's content came from; null where it was not restored from a backup. */
export function originOf(scene: CheckScene, volume: string): Origin | null {
  // A merged source names its backup first: whatever that held is there, and more.
  const text = scene.wanted.volumes[volume]?.source.split("+")[0];
  if (text === undefined) return null;
  const source = parseSource(text);
  return source.kind === "backup" ? { id: source.id, volume: source.volume ?? volume } : null;
}

interface Examined {
  readonly problems: readonly string[];
  readonly seen: string;
}

async function examined(
  scene: CheckScene,
  { service, volume, factsOf }: Database,
): Promise<Examined> {
  try {
    const live = await factsOf(containerOf(scene.context, service), COUNT_DEADLINE_MS);
    const origin = originOf(scene, volume);
    const rows = Object.values(live.rows).reduce((sum, count) => sum + count, 0);
    const seen = `${service.name}: ${Object.keys(live.rows).length} tables, ${rows} rows`;
    if (origin === null) return { problems: [], seen: `${seen}, no backup to compare with` };
    const problems = await comparedWith(scene, origin, live);
    return {
      problems: problems.map((problem) => `${service.name}: ${problem}`),
      seen: `${seen}, as in ${origin.id}`,
    };
  } catch (error) {
    return { problems: [`${service.name}: ${messageOf(error)}`], seen: "" };
  }
}

async function comparedWith(
  scene: CheckScene,
  origin: Origin,
  live: StoreFacts,
): Promise<readonly string[]> {
  const facts = await readDataFacts(statePath.backup(scene.context, origin.id));
  const saved = facts?.databases[origin.volume];
  const identifier = saved?.identifier ?? (await identifierInArchive(scene, origin));
  if (identifier !== live.identifier) {
    return [`system identifier ${live.identifier} instead of ${identifier} of ${origin.id}`];
  }
  return Object.entries(saved?.rows ?? {})
    .filter(([table, count]) => (live.rows[table] ?? -1) < count)
    .map(([table, count]) => {
      const found = live.rows[table];
      const now = found === undefined ? "is missing" : `has ${found} rows`;
      return `${table} ${now}, ${origin.id} has ${count}`;
    });
}

/** A backup that noted no facts still holds the identifier. */
async function identifierInArchive(scene: CheckScene, origin: Origin): Promise<string> {
  const folder = statePath.backup(scene.context, origin.id);
  const { volumes } = await readManifest(folder);
  const archive = volumes.find(({ name }) => name === origin.volume);
  if (archive === undefined) throw new Error(`${origin.id} does not hold ${origin.volume}`);
  const output = await runHelper(scene.context, {
    purpose: "read a system identifier",
    script: CONTROL_FILE,
    arguments: [archive.file],
    mounts: [{ type: "bind", source: folder, target: "/backup", readOnly: true }],
  });
  return output.trim();
}
