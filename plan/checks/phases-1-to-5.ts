import { type Check, gate, report } from "./check";

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

export const PHASES_1_TO_5: readonly Check[] = [
  ...PHASE_1,
  ...PHASE_2,
  ...PHASE_3,
  ...PHASE_4,
  ...PHASE_5,
];
