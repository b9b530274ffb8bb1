import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import type Docker from "dockerode";
import { z } from "zod";
import type { HostContext } from "../host/context";
import { type Dialogue, openDialogue } from "../host/docker/dialogue";
import { execute, executeOrFail } from "../host/docker/exec";
import { type HelperMount, runHelper } from "../host/docker/helper";
import type { VolumeUser } from "../host/docker/users";
import type { StoreDriver, StoreFacts } from "./driver";
import type { Moment, Passes, Reading } from "./reading";
import { databaseLogin, linesOf, psqlIn, query } from "./sql";
import { walSegments } from "./wal-segments";

const script = (name: string): string => readFileSync(join(__dirname, name), "utf8");

const AS_SERVER = script("postgres-as-server.sh");
const READ_EVERYTHING = script("postgres-read-everything.sh");
const LOG_IN = script("postgres-log-in.sh");
const SET_PASSWORD = script("postgres-set-password.sh");

/** A cluster of PostgreSQL: an online base backup, `pg_amcheck`, and rows that can be counted. */
export const postgres: StoreDriver = {
  images: /(^|\/)postgres(:|@|$)/,
  port: 5432,
  shared: false,
  holdsDocuments: false,
  read,
  prove,
  facts,
  quiesce,
  fitCredentials,
};

/** Of the server's own base backup, and what would be overwritten when the server starts. */
const EXCLUDED = [
  ...["postmaster.pid", "postmaster.opts", "backup_manifest", "*/pg_internal.init*"],
  ...["pg_wal/[0-9A-F]*", "pg_wal/xlogtemp*", "pg_wal/archive_status/*"],
  ...["pg_replslot/*", "pg_dynshmem/*", "pg_notify/*", "pg_serial/*", "pg_snapshots/*"],
  ...["pg_stat_tmp/*", "pg_subtrans/*", "base/*pgsql_tmp*", "pg_tblspc/*pgsql_tmp*"],
];

const settings = z.object({
  dataDirectory: z.string(),
  standby: z.boolean(),
  segmentBytes: z.number(),
  tablespaces: z.array(z.string()),
});
const stopped = z.object({
  label: z.string(),
  tablespaceMap: z.string(),
  lastSegment: z.string().regex(/^[0-9A-F]{24}$/),
});

const IDENTIFIER = "SELECT system_identifier FROM pg_control_system()";

/** Rows of every table, counted by reading it: a table that cannot be read is an error. */
const ROWS = `
SELECT format('%s.%s|%s', table_schema, table_name, (xpath('/row/c/text()', query_to_xml(
  format('SELECT count(*) AS c FROM %I.%I', table_schema, table_name), false, true, '')))[1]::text)
FROM information_schema.tables
WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')
ORDER BY 1`;

const SETTINGS = `SELECT json_build_object(
  'dataDirectory', current_setting('data_directory'),
  'standby', pg_is_in_recovery(),
  'segmentBytes', pg_size_bytes(current_setting('wal_segment_size')),
  'tablespaces', (SELECT coalesce(json_agg(location), '[]') FROM (
    SELECT pg_tablespace_location(oid) AS location FROM pg_tablespace) AS all_of_them
    WHERE location <> ''));\n`;

/** The slot keeps the write-ahead log until it is read; it is gone with the session, like the backup that it belongs to. */
const START = `SET statement_timeout = 0; SET idle_session_timeout = 0;
SELECT pg_create_physical_replication_slot('rollback_backup_' || pg_backend_pid(), true, true) \\gset
SELECT pg_backup_start('rollback', fast => true);\n`;

/** The switch of segments that comes with it writes the last one to the end. */
const STOP = `SELECT json_build_object('label', labelfile, 'tablespaceMap', spcmapfile,
  'lastSegment', pg_walfile_name(lsn)) FROM pg_backup_stop(wait_for_archive => false);\n`;

const SEGMENTS = `SELECT coalesce(json_agg(name), '[]') FROM pg_ls_waldir()
  WHERE name ~ '^[0-9A-F]{24}$' OR name ~ '^[0-9A-F]{8}[.]history$';\n`;

/**
 * An online base backup that reads the volume itself, at the speed of the disk (PostgreSQL: "Making a Base Backup Using the Low Level
 * API"), with the write-ahead log that makes it whole. Over the local socket, so that no password is needed.
 *
 * @throws Error for a server that cannot be read like this: a standby, or one that keeps data elsewhere.
 */
async function read(container: Docker.Container, user: VolumeUser): Promise<Reading> {
  const argv = await psqlIn(container);
  const server = await inDialogue(container, argv, async (session) =>
    settings.parse(JSON.parse(await session.ask(SETTINGS))),
  );
  const below = belowMount(user, server.dataDirectory);
  for (const location of server.tablespaces) belowMount(user, location);
  if (server.standby) throw new Error(`"${user.name}" is a standby: back up its primary`);
  const root = below === "." ? "." : `./${below.replace(/[*?[\]\\]/g, "\\$&")}`;
  return {
    exclude: EXCLUDED.map((pattern) => `${root}/${pattern}`),
    database: true,
    read: (passes, moment) =>
      inDialogue(container, argv, async (session) => {
        await baseBackup(session, { passes, moment, below, segmentBytes: server.segmentBytes });
        return `base backup of "${user.name}", which ran`;
      }),
  };
}

interface BaseBackup {
  readonly passes: Passes;
  readonly moment: Moment;
  /** The data directory, relative to the volume. */
  readonly below: string;
  readonly segmentBytes: number;
}

async function baseBackup(session: Dialogue, backup: BaseBackup): Promise<void> {
  const { passes, moment, below, segmentBytes } = backup;
  await session.ask(START);
  await passes.all("written");
  await moment.readOnce();
  await moment.caughtUp();
  const { label, tablespaceMap, lastSegment } = stopped.parse(JSON.parse(await session.ask(STOP)));
  moment.fixed();
  const names = z.array(z.string()).parse(JSON.parse(await session.ask(SEGMENTS)));
  const inData = (path: string): string => posix.join(below, path);
  const map = tablespaceMap === "" ? {} : { [inData("tablespace_map")]: tablespaceMap };
  await passes.extra({ [inData("backup_label")]: label, ...map }, inData("PG_VERSION"));
  const segments = walSegments(names, { label, lastSegment, segmentBytes });
  await passes.listed(segments.map((name) => inData(`pg_wal/${name}`)));
}

async function inDialogue<T>(
  container: Docker.Container,
  argv: readonly string[],
  work: (session: Dialogue) => Promise<T>,
): Promise<T> {
  const session = await openDialogue(container, argv);
  try {
    return await work(session);
  } finally {
    await session.end();
  }
}

function belowMount(user: VolumeUser, folder: string): string {
  const below = posix.relative(user.target, folder) || ".";
  if (below !== ".." && !below.startsWith("../")) return below;
  throw new Error(`"${user.name}" keeps data in ${folder}, outside ${user.target}`);
}

/** pg_amcheck reads every table and proves that each index has every row. */
async function prove(context: HostContext, volume: HelperMount, image: string): Promise<string> {
  const how = await runHelper(context, {
    purpose: "check",
    script: AS_SERVER,
    arguments: [volume.target, READ_EVERYTHING],
    image,
    mounts: [volume],
  });
  return `PostgreSQL: started, and everything was read (${how.trim()})`;
}

async function facts(container: Docker.Container, deadlineMs: number): Promise<StoreFacts> {
  const identifier = await query(container, IDENTIFIER);
  const counted = await query(container, ROWS, { deadlineMs });
  const rows = linesOf(counted).map((line) => {
    const at = line.lastIndexOf("|");
    return [line.slice(0, at), Number(line.slice(at + 1))] as const;
  });
  return { identifier, rows: Object.fromEntries(rows) };
}

async function quiesce(container: Docker.Container): Promise<void> {
  await executeOrFail(container, [...(await psqlIn(container)), "-c", "CHECKPOINT"]);
}

/** By the password that the container was given; a database that was given none has nothing to fit. */
async function fitCredentials(container: Docker.Container): Promise<boolean> {
  const { role, database } = await databaseLogin(container);
  const withLogin = (script: string): string[] => ["sh", "-c", script, "sh", role, database];
  const { exitCode } = await execute(container, withLogin(LOG_IN));
  if (exitCode === 0) return false;
  await executeOrFail(container, withLogin(SET_PASSWORD));
  return true;
}
