import { posix } from "node:path";
import type { HostContext } from "../host/context";
import { type HelperMount, runHelper } from "../host/docker/helper";

/**
 * Whatever the copied configuration says: nothing can reach the server, it trusts whoever is in its container, sends its log to no
 * archive, waits for no standby and takes little memory.
 */
const OPTIONS = [
  "listen_addresses=",
  "unix_socket_directories=/dev/shm",
  "hba_file=/dev/shm/hba.conf",
  "ident_file=/dev/shm/ident.conf",
  "ssl=off",
  "archive_mode=off",
  "synchronous_standby_names=",
  "logging_collector=off",
  "log_destination=stderr",
  "autovacuum=off",
  "fsync=off",
  "shared_buffers=32MB",
  "huge_pages=off",
  "max_parallel_workers_per_gather=0",
  "max_logical_replication_workers=0",
]
  .map((option) => `-c ${option}`)
  .join(" ");

/** As the server's own user, because PostgreSQL refuses to run as root. Images have one or the other program for that. */
const AS_SERVER = `
data=$1 check=$2 options=$3
printf 'local all all trust\\n' > /dev/shm/hba.conf
: > /dev/shm/ident.conf
chmod 644 /dev/shm/hba.conf /dev/shm/ident.conf
chown -R postgres:postgres "$data"
for as in gosu su-exec; do
  ! command -v "$as" > /dev/null || exec "$as" postgres sh -c "$check" check "$data" "$options"
done
exec setpriv --reuid=postgres --regid=postgres --init-groups sh -c "$check" check "$data" "$options"
`;

/**
 * Who made the cluster is not known, so it is asked in single-user mode, which replays the log as well. pg_amcheck reads every table and proves
 * that each index has every row; where it cannot be had, everything is dumped to nowhere.
 */
const CHECK = `
set -eu
data=$1 options=$2
failed() { tail -n 6 /dev/shm/log >&2; exit 1; }
role=$(echo 'SELECT rolname FROM pg_authid WHERE oid = 10' \\
  | postgres --single -D "$data" $options template1 2> /dev/shm/log \\
  | sed -n 's/^.*rolname = "\\(.*\\)".*(typeid.*$/\\1/p')
[ -n "$role" ] || failed
pg_ctl start --silent --wait --timeout=600 --pgdata="$data" --log=/dev/shm/log --options="$options" >&2 || failed
export PGHOST=/dev/shm PGUSER="$role"
available="SELECT count(*) FROM pg_available_extensions WHERE name = 'amcheck'"
if command -v pg_amcheck > /dev/null && [ "$(psql -XAt -d template1 -c "$available")" = 1 ]; then
  pg_amcheck --all --heapallindexed --install-missing --jobs=2 >&2
  echo pg_amcheck
else
  pg_dumpall > /dev/null
  echo pg_dumpall
fi
pg_ctl stop --silent --wait --mode=fast --pgdata="$data" >&2
`;

/**
 * Starts a PostgreSQL on a volume that only this program has, and reads everything; `below` is the cluster's folder in it. Returns
 * what was done, as a text.
 *
 * @throws Error with what the server or the check said.
 */
export async function checkPostgres(
  context: HostContext,
  volume: HelperMount,
  below: string,
  image: string,
): Promise<string> {
  const data = posix.join(volume.target, below);
  const how = await runHelper(context, {
    purpose: "check",
    script: AS_SERVER,
    arguments: [data, CHECK, OPTIONS],
    image,
    mounts: [volume],
  });
  return `PostgreSQL: started, and everything was read (${how.trim()})`;
}
