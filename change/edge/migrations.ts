import { serviceOf } from "../../plan/checks/roles";
import type { Topology } from "../../plan/application/topology";
import type { HostContext } from "../../host/context";
import { containerOf } from "../../host/docker/containers";
import { executeOrFail } from "../../host/docker/exec";

/** The document's own command (phase 7, step 4). */
const RUN_ALL = ["node", "dist/_system/migrations/run-all.js"];
const DEADLINE_MS = 300_000;

/** Runs the migrations of the backend's code in its container; those that were applied are not applied again. */
export async function runMigrations(context: HostContext, topology: Topology): Promise<void> {
  const backend = serviceOf(topology, "backend");
  if (backend === undefined) throw new Error("the topology has no backend");
  context.report(`running the migrations in ${backend.name}`);
  const container = containerOf(context, backend);
  await executeOrFail(container, RUN_ALL, { deadlineMs: DEADLINE_MS });
}
