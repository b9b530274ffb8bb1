import { type DocumentStep, step } from "./phase";

/** The complete rollback to the pre-simplification state (document: full system rollback). */
export interface FullRollback {
  readonly whenToUse: readonly string[];
  /** Unprefixed names of the volumes that the document restores. */
  readonly volumes: readonly string[];
  readonly steps: readonly DocumentStep[];
  /** The document's checkboxes, word for word. */
  readonly validation: readonly string[];
  readonly duration: string;
  readonly risk: string;
}

export const FULL_ROLLBACK: FullRollback = {
  whenToUse: [
    "Multiple phases failing",
    "Unrecoverable errors",
    "Production blocker",
    "Need to abort entire simplification",
  ],
  volumes: ["admin_postgres_data", "admin_redis_data", "admin_minio_data"],
  steps: [
    step("retire", "Stop all services"),
    step("release", "Restore entire codebase"),
    step("volumes", "Restore volumes"),
    step("stage", "Restart all services"),
    step("switch", "Verify original state"),
  ],
  validation: [
    "All 14 containers running",
    "All tests passing",
    "Application functional",
    "Data intact",
  ],
  duration: "15-30 minutes",
  risk: "Low if backups are good",
};
