import { topologyOfStack } from "./topologies";
import { type Phase, phase, step } from "./phase";

/** Document: per-phase rollback procedures, phases 1 to 4. */
export const PHASES_1_TO_4: readonly Phase[] = [
  phase({
    number: 1,
    title: "Docker Compose",
    triggers: [
      "docker-compose.yml validation fails",
      "Containers fail to start",
      "Network errors",
      "Volume mount issues",
    ],
    gitPaths: ["docker-compose.yml"],
    composePart: "whole",
    services: topologyOfStack("pre-simplification").services.map((service) => service.name),
    steps: [
      step("retire", "Stop current containers"),
      step("release", "Restore docker-compose.yml"),
      step("stage", "Restart with original config"),
      step("switch", "Verify original state"),
    ],
    validation: ["14 containers running", "All containers healthy", "No errors in logs"],
    risk: { level: "Low", because: "file-based rollback, no data loss" },
    duration: "5 min",
  }),
  phase({
    number: 2,
    title: "Remove Tenant",
    triggers: [
      "Build errors after tenant code removal",
      "Application won't start",
      "Tests failing",
      "Missing functionality",
    ],
    gitPaths: [
      "backend/src/core/middleware/tenant.ts",
      "backend/src/core/config/tenant.ts",
      "backend/src/features/tenant-management/",
      "backend/src/app.ts",
      "backend/src/core/plugins/auth.plugin.ts",
    ],
    services: ["mvp-backend"],
    steps: [
      step("release", "Restore deleted files"),
      step("release", "Restore modified files"),
      step("stage", "Rebuild backend"),
      step("stage", "Restart backend container"),
    ],
    validation: [
      "Backend builds successfully",
      "Backend starts without errors",
      "Tests pass",
      "Tenant functionality restored",
    ],
    risk: { level: "Low-Medium", because: "code rollback, no data impact" },
  }),
  phase({
    number: 3,
    title: "Filesystem Storage",
    triggers: [
      "Document upload/download fails",
      "File system errors",
      "Permission issues",
      "Data access errors",
    ],
    gitPaths: ["backend/src/core/storage/", "backend/src/features/documents/"],
    composePart: "objectStore",
    services: ["mvp-backend", "admin-minio"],
    volumes: ["admin_minio_data"],
    steps: [
      step("retire", "Stop backend"),
      step("release", "Restore storage adapter"),
      step("release", "Restore documents feature"),
      step("release", "Re-add MinIO to docker-compose.yml"),
      step("volumes", "Restore MinIO data if backed up"),
      step("stage", "Rebuild and restart"),
    ],
    validation: [
      "MinIO container running",
      "Document upload works",
      "Document download works",
      "Existing documents accessible",
    ],
    risk: { level: "Medium", because: "requires MinIO restore, potential data migration" },
  }),
  phase({
    number: 4,
    title: "Config Cleanup",
    triggers: [
      "Service connection failures",
      "Authentication errors",
      "Missing configuration",
      "Environment variable errors",
    ],
    gitPaths: [
      "config/app/production.yml",
      ".env",
      ".env.development",
      "secrets/app/",
      "secrets/platform/",
    ],
    services: ["mvp-backend", "mvp-platform"],
    steps: [
      step("release", "Restore config files"),
      step("release", "Restore secrets"),
      step("stage", "Restart affected services"),
    ],
    validation: [
      "Backend connects to database",
      "Backend connects to Redis",
      "Platform service accessible",
      "Auth0 integration works",
    ],
    risk: { level: "Low", because: "configuration rollback, no data loss" },
  }),
];
