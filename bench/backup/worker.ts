import Docker from "dockerode";
import { createBackup } from "../../backup/create";
import type { HostContext } from "../../host/context";
import { bringVolume } from "../../backup/volumes/restore";
import type { GovernedVolume } from "../../plan/application/topology";

/** What a process of its own does, so that its memory is that of the work alone. */
export interface Task {
  readonly context: Omit<HostContext, "docker">;
  readonly kind: "backup" | "restore";
  readonly backupId: string;
  readonly volumes: readonly GovernedVolume[];
  /** On a restore: the volume of the backup that each one takes; by default its own. */
  readonly source?: string;
}

async function perform(task: Task): Promise<void> {
  const context = { ...task.context, docker: new Docker() };
  const { volumes, backupId: id, source: volume } = task;
  if (task.kind === "backup") {
    const topology = {
      project: "bench",
      services: [],
      networks: [],
      externalNetworks: [],
      volumes,
    };
    const about = { kind: "preExecution", stack: "pre-simplification", afterChange: 0 } as const;
    const request = { id, ...about, commit: "bench", volumes, topology, untracked: "" };
    await createBackup(context, request);
    return;
  }
  const restore = async (target: GovernedVolume) => {
    const source = { kind: "backup", id, ...(volume === undefined ? {} : { volume }) } as const;
    await bringVolume(context, target, source, {});
  };
  for (const target of volumes) await restore(target);
}

process.on("message", (task: Task) => {
  const started = performance.now();
  perform(task).then(
    () => {
      process.send?.({ seconds: (performance.now() - started) / 1000 });
      process.disconnect();
    },
    (error: unknown) => {
      process.send?.({ error: error instanceof Error ? error.message : String(error) });
      process.disconnect();
    },
  );
});
process.send?.("ready");
