import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Service, Topology } from "../plan/application/topology";
import type { HostContext } from "../host/context";
import { containerOf } from "../host/docker/containers";
import { isErrno, makePrivateFolder, writeDurably } from "../host/durable-file";
import type { StoreDriver, StoreFacts } from "./driver";
import { STORES } from "./stores";

/** Beside the manifest, among the backup's state files. */
export const DATA_FACTS_FILE = "state/data.json";

/** A database that takes longer to count is told by its identifier alone. */
const TOLD_WITHIN_MS = 30_000;

const storeFacts = z.object({
  identifier: z.string(),
  rows: z.record(z.string(), z.number()),
}) satisfies z.ZodType<StoreFacts>;

const dataFacts = z.object({ databases: z.record(z.string(), storeFacts) });

/** Of every database of a side, by the name of its volume. */
export type DataFacts = z.infer<typeof dataFacts>;

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
    .map(async ({ service, volume, factsOf }) => {
      const container = containerOf(context, service);
      const facts = await factsOf(container, TOLD_WITHIN_MS).catch(() => null);
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

/** A service whose store can tell what it holds, and how to ask it. */
export interface Database {
  readonly service: Service;
  readonly volume: string;
  readonly factsOf: NonNullable<StoreDriver["facts"]>;
}

/** The databases of a topology, each with its volume. */
export function databasesOf(topology: Topology): readonly Database[] {
  const telling = new Map(
    topology.volumes.flatMap(({ name, data }) => {
      const { facts } = STORES[data];
      return facts === undefined ? [] : [[name, facts] as const];
    }),
  );
  return topology.services.flatMap((service) =>
    service.volumes
      .flatMap(({ volume }) => {
        const factsOf = telling.get(volume);
        return factsOf === undefined ? [] : [{ service, volume, factsOf }];
      })
      .slice(0, 1),
  );
}
