import { topologyOfStack } from "./topologies";
import { type Phase, phase, step } from "./phase";

/** Document: per-phase rollback procedures, phases 5 to 8. */
export const PHASES_5_TO_8: readonly Phase[] = [
  phase({
    number: 5,
    title: "Network Simplification",
    triggers: [
      "Service discovery failures",
      "Network isolation broken",
      "Container communication errors",
      "Traefik routing issues",
    ],
    composePart: "networks",
    services: topologyOfStack("simplified").services.map((service) => service.name),
    steps: [
      step("retire", "Stop all services"),
      step("retire", "Remove simplified networks"),
      step("release", "Restore network configuration"),
      step("stage", "Recreate networks and restart"),
      step("switch", "Verify routing"),
    ],
    validation: [
      "All 5 networks exist",
      "Services can communicate",
      "Traefik routes correctly",
      "No network errors",
    ],
    risk: { level: "Medium", because: "requires container restart, brief downtime" },
    duration: "10 min",
  }),
  phase({
    number: 6,
    title: "Backend Updates",
    triggers: [
      "Service reference errors",
      "API connection failures",
      "Database connection issues",
      "Build failures",
    ],
    gitPaths: [
      "backend/src/core/config/config-loader.ts",
      "backend/src/features/vehicles/external/",
    ],
    services: ["mvp-backend"],
    steps: [
      step("release", "Restore backend code"),
      step("stage", "Rebuild backend"),
      step("stage", "Restart backend"),
    ],
    validation: [
      "Backend starts successfully",
      "Connects to database",
      "Platform client works",
      "Tests pass",
    ],
    risk: { level: "Low", because: "code rollback, no data impact" },
  }),
  phase({
    number: 7,
    title: "Database Updates",
    triggers: [
      "Database connection failures",
      "Schema errors",
      "Migration failures",
      "Data access issues",
    ],
    gitPaths: ["backend/src/_system/migrations/"],
    composePart: "database",
    services: ["mvp-postgres", "mvp-backend"],
    volumes: ["admin_postgres_data"],
    steps: [
      step("release", "Restore database configuration"),
      step("volumes", "Restore database volume if corrupted"),
      step("stage", "Restart database"),
      step("switch", "Re-run migrations if needed"),
    ],
    validation: ["Database accessible", "All tables exist", "Data intact", "Migrations current"],
    risk: { level: "High", because: "potential data loss if volume restore needed" },
  }),
  phase({
    number: 8,
    title: "Platform Service",
    triggers: [
      "Platform API failures",
      "Database connection errors",
      "Service crashes",
      "API endpoint errors",
    ],
    gitPaths: ["mvp-platform-services/vehicles/"],
    composePart: "platform",
    services: [
      "mvp-platform",
      "mvp-platform-vehicles-api",
      "mvp-platform-vehicles-db",
      "mvp-platform-vehicles-redis",
      "mvp-platform-vehicles-etl",
    ],
    volumes: ["mvp_platform_vehicles_db_data"],
    steps: [
      step("retire", "Stop simplified platform service"),
      step("release", "Restore platform service files"),
      step("release", "Restore full platform architecture in docker-compose.yml"),
      step("volumes", "Restore platform database"),
      step("stage", "Restart all platform services"),
    ],
    validation: [
      "Platform service accessible",
      "API endpoints work",
      "VIN decode works",
      "Hierarchical data loads",
    ],
    risk: { level: "Medium-High", because: "requires multi-container restore" },
    duration: "15 min",
  }),
];
