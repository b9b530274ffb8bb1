import type { Network } from "../../plan/application/topology";

/** The five networks before the simplification (document: phase 5, "All 5 networks exist"). */
export const EARLIER_NETWORKS: readonly Network[] = [
  { name: "admin_frontend", internal: false },
  { name: "admin_backend", internal: true },
  { name: "admin_database", internal: true },
  { name: "admin_platform", internal: true },
  { name: "admin_egress", internal: false },
];

/** The three networks after it. */
export const SIMPLIFIED_NETWORKS: readonly Network[] = [
  { name: "motovaultpro_frontend", internal: false },
  { name: "motovaultpro_backend", internal: false },
  { name: "motovaultpro_database", internal: true },
];
