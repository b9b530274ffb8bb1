import { type Check, gate, type Probe, report } from "./check";

const CONTAINERS = "All 14 containers running";
const TESTS = "All tests passing";
const FUNCTIONAL = "Application functional";
const DATA = "Data intact";

/** What "functional" means, by the end of the check's name. */
const FUNCTIONS: Readonly<Record<string, Probe>> = {
  health: { kind: "http", address: "health" },
  networks: { kind: "networks" },
  "services-reach": { kind: "reach" },
  "traefik-routers": { kind: "routers" },
  page: { kind: "page" },
  login: { kind: "login" },
  api: { kind: "http", address: "api" },
  "document-round-trip": { kind: "documentRoundTrip", through: "download" },
  "tenant-works": { kind: "tenant" },
  "tenant-pages": { kind: "http", address: "tenantPages" },
  endpoints: { kind: "http", address: "platformApi" },
  "vin-decode": { kind: "vin" },
  hierarchy: { kind: "hierarchy" },
  migrations: { kind: "migrations" },
};

/** What of it the simplified side does not have, and the phases that bring it. */
const ONLY_WITH: Readonly<Record<string, readonly number[]>> = {
  networks: [1, 5],
  "tenant-works": [2],
  "tenant-pages": [1],
};

/** Document: validation of the full rollback. */
export const FULL_CHECKS: readonly Check[] = [
  gate(
    { phase: "full", row: CONTAINERS, name: "full-containers-running", onlyWith: [1] },
    { kind: "count" },
  ),
  gate(
    { phase: "full", row: CONTAINERS, name: "full-containers-healthy" },
    { kind: "containers", services: "all" },
  ),
  gate({ phase: "full", row: TESTS, name: "full-tests" }, { kind: "tests" }),
  gate({ phase: "full", row: TESTS, name: "full-suite" }, { kind: "suite" }),
  gate(
    { phase: "full", row: FUNCTIONAL, name: "full-release", onlyWith: [1] },
    { kind: "release", paths: "all" },
  ),
  ...Object.entries(FUNCTIONS).map(([end, probe]) =>
    gate(
      {
        phase: "full",
        row: FUNCTIONAL,
        name: `full-${end}`,
        onlyWith: ONLY_WITH[end] ?? [],
      },
      probe,
    ),
  ),
  report(
    { phase: "full", row: FUNCTIONAL, name: "full-logs" },
    { kind: "logs", services: "all", patterns: "errors" },
  ),
  gate(
    { phase: "full", row: DATA, name: "full-data-intact" },
    { kind: "databaseIntact", databases: "all" },
  ),
  gate({ phase: "full", row: DATA, name: "full-objects-intact" }, { kind: "objectsIntact" }),
  gate(
    { phase: "full", row: DATA, name: "full-existing-documents" },
    { kind: "existingDocuments" },
  ),
];
