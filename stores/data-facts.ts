import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Service, Topology } from "../plan/application/topology";
import type { HostContext } from "../host/context";
import { isErrno, makePrivateFolder, writeDurably } from "../host/durable-file";
import { linesOf, query, type QueryPlace } from "./sql";

/** Beside the manifest, among the backup's state files. */
export const DATA_FACTS_FILE = "state/data.json";

const COUNT_DEADLINE_MS = 240_000;

/** A database that takes longer to count is told by its identifier alone. */
const TOLD_WITHIN_MS = 30_000;

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
export async function databaseFactsOf(
  place: QueryPlace,
  service: Service,
  deadlineMs = COUNT_DEADLINE_MS,
): Promise<DatabaseFacts> {
  const identifier = await query(place, service, IDENTIFIER);
  const counted = await query(place, service, ROWS, { deadlineMs });
  const rows = linesOf(counted).map((line) => {
    const at = line.lastIndexOf("|");
    return [line.slice(0, at), Number(line.slice(at + 1))] as const;
  });
  return { identifier, rows: Object.fromEntries(rows) };
}

/**
 * What those of a topology's databases hold that have one of the volumes and answer in time: what a backup tells about them is
 * worth something, but not that it fails or waits for it.
 */
export async function dataFactsOf(
  context: HostContext,
  topology: Topology,
  volumes: readonly string[],
): Promise<DataFacts> {
  const looked = databasesOf(topology)
    .filter(({ volume }) => volumes.includes(volume))
    .map(async ({ service, volume }) => {
      const facts = await databaseFactsOf({ context }, service, TOLD_WITHIN_MS).catch(() => null);
      return facts === null ? [] : [[volume, facts] as const];
    });
  return { databases: Object.fromEntries((await Promise.all(looked)).flat()) };
}

/**
 * What a backup has at least, whose databases went on working: the lower count of a look before it and one after it, and only
 * tables that both saw. Its own moment lies between them.
 */
export function leastFacts(before: DataFacts, after: DataFacts): DataFacts {
  const databases = Object.entries(before.databases).flatMap(([volume, first]) => {
    const second = after.databases[volume];
    if (second?.identifier !== first.identifier) return [];
    const rows = Object.entries(first.rows).flatMap(([table, count]) => {
      const later = second.rows[table];
      return later === undefined ? [] : [[table, Math.min(count, later)] as const];
    });
    return [[volume, { identifier: first.identifier, rows: Object.fromEntries(rows) }] as const];
  });
  return { databases: Object.fromEntries(databases) };
}

/**
 * Writes into a backup's folder what its databases hold, so that a restore can be compared with it (document: data intact).
 * Returns the files, relative to the backup; none where nothing is known.
 */
export async function writeDataFacts(folder: string, facts: DataFacts): Promise<string[]> {
  if (Object.keys(facts.databases).length === 0) return [];
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
  topology: Topology,
): readonly { readonly service: Service; readonly volume: string }[] {
  const data = new Set(
    topology.volumes.filter((volume) => volume.data === "postgres").map(({ name }) => name),
  );
  return topology.services.flatMap((service) => {
    const mount = service.volumes.find(({ volume }) => data.has(volume));
    return mount === undefined ? [] : [{ service, volume: mount.volume }];
  });
}
