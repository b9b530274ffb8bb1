#!/bin/sh
# Loads what a Redis kept, never writing, and prints how many keys there are: from the append-only files where there are some, as a
# server with `appendonly yes` would. Redis says LOADING until it has read everything, and ends where it cannot. $1: the folder.
set -eu

appendonly=no
[ ! -d "$1/appendonlydir" ] || appendonly=yes
redis-server --port 0 --unixsocket /dev/shm/redis --dir "$1" --save '' --appendonly "$appendonly" \
  --auto-aof-rewrite-percentage 0 --logfile '' >&2 &
server=$!
until [ "$(redis-cli -s /dev/shm/redis PING 2> /dev/null)" = PONG ]; do
  kill -0 "$server"
  sleep 0.1
done
redis-cli -s /dev/shm/redis INFO keyspace | tr -d '\r' | sed -n 's/^db[0-9]*:keys=\([0-9]*\),.*/\1/p' \
  | awk '{ sum += $1 } END { print sum + 0 }'
