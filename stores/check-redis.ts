import type { HostContext } from "../host/context";
import { type HelperMount, runHelper } from "../host/docker/helper";

/**
 * From what it kept, never writing: the append-only files where there are some, as a server with `appendonly yes` would. Redis says
 * LOADING until it has read everything, and ends where it cannot.
 */
const CHECK = `
appendonly=no; [ ! -d /volume/appendonlydir ] || appendonly=yes
redis-server --port 0 --unixsocket /dev/shm/redis --dir /volume --save '' --appendonly "$appendonly" \\
  --auto-aof-rewrite-percentage 0 --logfile '' >&2 &
server=$!
until [ "$(redis-cli -s /dev/shm/redis PING 2> /dev/null)" = PONG ]; do
  kill -0 "$server"
  sleep 0.1
done
redis-cli -s /dev/shm/redis INFO keyspace | tr -d '\\r' | sed -n 's/^db[0-9]*:keys=\\([0-9]*\\),.*/\\1/p' \\
  | awk '{ sum += $1 } END { print sum + 0 }'
`;

/** Starts a Redis on a volume that only this program has, and returns how many keys it found, as a text. */
export async function checkRedis(
  context: HostContext,
  volume: HelperMount,
  image: string,
): Promise<string> {
  const keys = await runHelper(context, {
    purpose: "check",
    script: CHECK,
    image,
    mounts: [volume],
  });
  return `Redis: ${keys.trim()} keys were loaded`;
}
