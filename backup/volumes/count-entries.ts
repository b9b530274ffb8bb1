import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { HostContext } from "../../host/context";
import { type HelperMount, runHelper } from "../../host/docker/helper";

const COUNT = readFileSync(join(__dirname, "count-entries.sh"), "utf8");

/** Files, folders and links below a volume's root. */
export async function countEntries(context: HostContext, volume: HelperMount): Promise<number> {
  const mounts = [{ ...volume, readOnly: true }];
  return Number(await runHelper(context, { purpose: "count", script: COUNT, mounts }));
}
