import { type Check, gate, manual, report } from "./check";

/** Document: validation of phase 1. */
const PHASE_1: readonly Check[] = [
  report(
    { phase: 1, row: "14 containers running", name: "phase-1-compose-file" },
    { kind: "composeFile" },
  ),
  gate(
    { phase: 1, row: "14 containers running", name: "phase-1-containers-running", onlyWith: [1] },
    { kind: "count" },
  ),
  gate(
    { phase: 1, row: "All containers healthy", name: "phase-1-containers-healthy" },
    { kind: "containers", services: "all" },
  ),
  report(
    { phase: 1, row: "No errors in logs", name: "phase-1-logs" },
    { kind: "logs", services: "all", patterns: "errors" },
  ),
];

/** Document: validation of phase 2. */
const PHASE_2: readonly Check[] = [
  gate(
    { phase: 2, row: "Backend builds successfully", name: "phase-2-backend-builds" },
    { kind: "image", service: "backend" },
  ),
  gate(
    { phase: 2, row: "Backend starts without errors", name: "phase-2-backend-starts" },
    { kind: "containers", services: ["backend"] },
  ),
  report(
    { phase: 2, row: "Backend starts without errors", name: "phase-2-backend-log" },
    { kind: "logs", services: ["backend"], patterns: "errors" },
  ),
  gate({ phase: 2, row: "Tests pass", name: "phase-2-tests" }, { kind: "tests" }),
  gate(
    {
      phase: 2,
      row: "Tenant functionality restored",
      name: "phase-2-tenant-works",
      onlyWith: [2],
    },
    { kind: "tenant" },
  ),
];

/** Document: validation of phase 3. */
const PHASE_3: readonly Check[] = [
  gate(
    { phase: 3, row: "MinIO container running", name: "phase-3-minio-running", onlyWith: [1, 3] },
    { kind: "containers", services: ["objectStore"] },
  ),
  gate(
    { phase: 3, row: "Document upload works", name: "phase-3-document-upload" },
    { kind: "documentRoundTrip", through: "upload" },
  ),
  gate(
    { phase: 3, row: "Document download works", name: "phase-3-document-download" },
    { kind: "documentRoundTrip", through: "download" },
  ),
  gate(
    { phase: 3, row: "Existing documents accessible", name: "phase-3-existing-documents" },
    { kind: "existingDocuments" },
  ),
];

/** Document: validation of phase 4. */
const PHASE_4: readonly Check[] = [
  gate(
    { phase: 4, row: "Backend connects to database", name: "phase-4-backend-database" },
    { kind: "http", address: "database" },
  ),
  gate(
    { phase: 4, row: "Backend connects to Redis", name: "phase-4-backend-redis" },
    { kind: "http", address: "redis" },
  ),
  report(
    { phase: 4, row: "Backend connects to Redis", name: "phase-4-redis-answers" },
    { kind: "command", service: "cache", argv: ["redis-cli", "-e", "ping"], says: "PONG" },
  ),
  gate(
    { phase: 4, row: "Platform service accessible", name: "phase-4-platform" },
    { kind: "http", address: "platform" },
  ),
  gate({ phase: 4, row: "Auth0 integration works", name: "phase-4-login" }, { kind: "login" }),
];

/** Document: validation of phase 5. */
const PHASE_5: readonly Check[] = [
  gate(
    { phase: 5, row: "All 5 networks exist", name: "phase-5-networks", onlyWith: [1, 5] },
    { kind: "networks" },
  ),
  gate(
    { phase: 5, row: "Services can communicate", name: "phase-5-services-reach" },
    { kind: "reach" },
  ),
  gate(
    { phase: 5, row: "Traefik routes correctly", name: "phase-5-traefik-routers" },
    { kind: "routers" },
  ),
  gate(
    { phase: 5, row: "Traefik routes correctly", name: "phase-5-edge-ports" },
    { kind: "tcp", ports: ["http", "https", "dashboard"] },
  ),
  report(
    { phase: 5, row: "No network errors", name: "phase-5-network-log" },
    { kind: "logs", services: "all", patterns: "network" },
  ),
];

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

/** The rows of each phase's validation; phase 11 has none of its own, it validates all the others. */
export const PHASE_CHECKS: readonly Check[] = [
  ...PHASE_1,
  ...PHASE_2,
  ...PHASE_3,
  ...PHASE_4,
  ...PHASE_5,
  ...PHASE_6,
  ...PHASE_7,
  ...PHASE_8,
  ...PHASE_9,
  ...PHASE_10,
];
