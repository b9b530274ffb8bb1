import { type Check, gate, manual, report } from "./check";

/** Document: validation of phase 6. */
const PHASE_6: readonly Check[] = [
  gate(
    { phase: 6, row: "Backend starts successfully", name: "phase-6-backend-starts" },
    { kind: "containers", services: ["backend"] },
  ),
  gate(
    { phase: 6, row: "Connects to database", name: "phase-6-backend-database" },
    { kind: "http", address: "database" },
  ),
  gate(
    { phase: 6, row: "Platform client works", name: "phase-6-platform-client" },
    { kind: "http", address: "platform" },
  ),
  gate({ phase: 6, row: "Tests pass", name: "phase-6-tests" }, { kind: "tests" }),
];

/** Document: validation of phase 7. */
const PHASE_7: readonly Check[] = [
  gate(
    { phase: 7, row: "Database accessible", name: "phase-7-database-accessible" },
    { kind: "sql", service: "database", statement: "SELECT 1", says: "1" },
  ),
  gate({ phase: 7, row: "All tables exist", name: "phase-7-tables" }, { kind: "tables" }),
  gate(
    { phase: 7, row: "Data intact", name: "phase-7-data-intact" },
    { kind: "databaseIntact", databases: "application" },
  ),
  gate({ phase: 7, row: "Migrations current", name: "phase-7-migrations" }, { kind: "migrations" }),
];

/** Document: validation of phase 8. */
const PHASE_8: readonly Check[] = [
  gate(
    { phase: 8, row: "Platform service accessible", name: "phase-8-platform" },
    { kind: "http", address: "platform" },
  ),
  gate(
    {
      phase: 8,
      row: "Platform service accessible",
      name: "phase-8-platform-containers",
      onlyWith: [1, 8],
    },
    {
      kind: "containers",
      services: ["platform", "platformDatabase", "platformCache", "platformLoader"],
    },
  ),
  gate(
    { phase: 8, row: "API endpoints work", name: "phase-8-endpoints" },
    { kind: "http", address: "platformApi" },
  ),
  gate({ phase: 8, row: "VIN decode works", name: "phase-8-vin-decode" }, { kind: "vin" }),
  gate(
    { phase: 8, row: "Hierarchical data loads", name: "phase-8-hierarchy" },
    { kind: "hierarchy" },
  ),
];

/** Document: validation of phase 9; nothing in it is worth taking a working side back. */
const PHASE_9: readonly Check[] = [
  manual(
    { phase: 9, row: "Documentation accurate", name: "phase-9-documentation-read" },
    "read README.md and docs/ beside what runs",
  ),
  report(
    {
      phase: 9,
      row: "Documentation accurate",
      name: "phase-9-documentation-restored",
      onlyWith: [9],
    },
    { kind: "release", paths: "documentation" },
  ),
  report({ phase: 9, row: "Documentation accurate", name: "phase-9-links" }, { kind: "links" }),
  manual(
    { phase: 9, row: "Examples work", name: "phase-9-examples" },
    "try the examples of the documentation",
  ),
  report(
    { phase: 9, row: "Makefile commands work", name: "phase-9-makefile" },
    { kind: "makefile" },
  ),
];

/** Document: validation of phase 10. */
const PHASE_10: readonly Check[] = [
  gate(
    { phase: 10, row: "Frontend builds successfully", name: "phase-10-frontend-builds" },
    { kind: "image", service: "frontend" },
  ),
  gate({ phase: 10, row: "UI loads without errors", name: "phase-10-page" }, { kind: "page" }),
  gate({ phase: 10, row: "Auth works", name: "phase-10-login" }, { kind: "login" }),
  gate(
    { phase: 10, row: "API calls work", name: "phase-10-api" },
    { kind: "http", address: "api" },
  ),
];

export const PHASES_6_TO_10: readonly Check[] = [
  ...PHASE_6,
  ...PHASE_7,
  ...PHASE_8,
  ...PHASE_9,
  ...PHASE_10,
];
