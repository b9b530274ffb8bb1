#!/bin/sh
# Starts the server on a cluster and reads everything; prints with what. $1: the cluster's folder.
set -eu

data=$1
# Whatever the copied configuration says: nothing can reach the server, it trusts whoever is in its container, sends its log to no
# archive, waits for no standby and takes little memory.
set -- \
  -c listen_addresses= \
  -c unix_socket_directories=/dev/shm \
  -c hba_file=/dev/shm/hba.conf \
  -c ident_file=/dev/shm/ident.conf \
  -c ssl=off \
  -c archive_mode=off \
  -c synchronous_standby_names= \
  -c logging_collector=off \
  -c log_destination=stderr \
  -c autovacuum=off \
  -c fsync=off \
  -c shared_buffers=32MB \
  -c huge_pages=off \
  -c max_parallel_workers_per_gather=0 \
  -c max_logical_replication_workers=0
failed() {
  tail -n 6 /dev/shm/log >&2
  exit 1
}
# Who made the cluster is not known, so it is asked in single-user mode, which replays the log as well.
role=$(echo 'SELECT rolname FROM pg_authid WHERE oid = 10' \
  | postgres --single -D "$data" "$@" template1 2> /dev/shm/log \
  | sed -n 's/^.*rolname = "\(.*\)".*(typeid.*$/\1/p')
[ -n "$role" ] || failed
pg_ctl start --silent --wait --timeout=600 --pgdata="$data" --log=/dev/shm/log --options="$*" >&2 || failed
export PGHOST=/dev/shm PGUSER="$role"
available="SELECT count(*) FROM pg_available_extensions WHERE name = 'amcheck'"
# pg_amcheck proves that each index has every row; where it cannot be had, everything is dumped to nowhere.
if command -v pg_amcheck > /dev/null && [ "$(psql -XAt -d template1 -c "$available")" = 1 ]; then
  pg_amcheck --all --heapallindexed --install-missing --jobs=2 >&2
  echo pg_amcheck
else
  pg_dumpall > /dev/null
  echo pg_dumpall
fi
pg_ctl stop --silent --wait --mode=fast --pgdata="$data" >&2
