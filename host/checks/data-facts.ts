import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Service, Topology } from "../../plan/topology";
import { allGovernedVolumes } from "../../plan/volumes";
import type { HostContext } from "../context";
import { isErrno, makePrivateFolder, writeDurably } from "../durable-file";
import type { CheckScene } from "./scene";
import { linesOf, query, type QueryPlace } from "./sql";

/** Beside the manifest, among the backup's state files. */
export const DATA_FACTS_FILE = "state/data.json";

const COUNT_DEADLINE_MS = 240_000;

const IDENTIFIER = "SELECT system_identifier FROM pg_control_system()";

/** Rows of every table, counted by reading it: a table that cannot be read is an error. */
const ROWS = `
SELECT format('%s.%s|%s', table_schema, table_name, (xpath('/row/c/text()', query_to_xml(
  format('SELECT count(*) AS c FROM %I.%I', table_schema, table_name), false, true, '')))[1]::text)
FROM information_schema.tables
WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')
ORDER BY 1`;

const databaseFacts = z.object({
  /** PostgreSQL's own name of a cluster: another one means other data. */
  identifier: z.string(),
  /** By schema and table. */
  rows: z.record(z.string(), z.number()),
});

/** What can be told of a PostgreSQL without looking at its rows. */
export type DatabaseFacts = z.infer<typeof databaseFacts>;

const dataFacts = z.object({ databases: z.record(z.string(), databaseFacts) });

/** Of every database of a side, by the unprefixed name of its volume. */
export type DataFacts = z.infer<typeof dataFacts>;

/** What a running database holds now. @throws Error when one of its tables cannot be read. */
export async function databaseFactsOf(place: QueryPlace, service: Service): Promise<DatabaseFacts> {
  const identifier = await query(place, service, IDENTIFIER);
  const counted = await query(place, service, ROWS, { deadlineMs: COUNT_DEADLINE_MS });
  const rows = linesOf(counted).map((line) => {
    const at = line.lastIndexOf("|");
    return [line.slice(0, at), Number(line.slice(at + 1))] as const;
  });
  return { identifier, rows: Object.fromEntries(rows) };
}

/**
 * Writes down, into a backup's folder, what its databases held when it was made, so that a restore can be compared with it
 * (document: data intact). Call it before the volumes are read: the backup then has at least these rows. Returns the files,
 * relative to the backup; none when a database does not answer, since a backup must not fail for that.
 */
export async function writeDataFacts(
  context: HostContext,
  topology: Topology,
  folder: string,
): Promise<string[]> {
  const databases: Record<string, DatabaseFacts> = {};
  for (const { service, volume } of databasesOf(topology)) {
    try {
      databases[volume] = await databaseFactsOf({ context }, service);
    } catch {
      continue;
    }
  }
  if (Object.keys(databases).length === 0) return [];
  const facts: DataFacts = { databases };
  await makePrivateFolder(join(folder, "state"));
  await writeDurably(join(folder, DATA_FACTS_FILE), `${JSON.stringify(facts, null, 2)}\n`);
  return [DATA_FACTS_FILE];
}

/** What a backup says about its databases; null where it does not say. */
export async function readDataFacts(folder: string): Promise<DataFacts | null> {
  try {
    return dataFacts.parse(JSON.parse(await readFile(join(folder, DATA_FACTS_FILE), "utf8")));
  } catch (error) {
    if (isErrno(error, "ENOENT")) return null;
    throw new Error(`${DATA_FACTS_FILE} of the backup cannot be read`, { cause: error });
  }
}

/** The PostgreSQL services of a topology, each with its volume. */
export function databasesOf(
  topology: CheckScene["topology"],
): readonly { readonly service: Service; readonly volume: string }[] {
  const data = new Set(
    allGovernedVolumes.filter((volume) => volume.data === "postgres").map(({ name }) => name),
  );
  return topology.services.flatMap((service) => {
    const mount = service.volumes.find(({ volume }) => data.has(volume));
    return mount === undefined ? [] : [{ service, volume: mount.volume }];
  });
}
