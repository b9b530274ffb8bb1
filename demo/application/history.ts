/** A commit of the time before the simplification: which paths of `base/` it adds. */
export interface EarlierCommit {
  readonly message: string;
  readonly date: string;
  readonly paths: readonly string[];
}

/** The commit of one phase: the files of `phases/<phase>/` are written, the paths of `deletes` go. */
export interface PhaseCommit {
  readonly phase: number;
  readonly message: string;
  readonly date: string;
  readonly deletes: readonly string[];
}

/** How the application came to its state before the simplification. */
export const earlierCommits: readonly EarlierCommit[] = [
  {
    message: "Documentation and settings of the multi-tenant vault",
    date: "2025-09-01T09:00:00Z",
    paths: [".gitignore", ".ai", "AI-INDEX.md", "CLAUDE.md", "README.md", "docs"],
  },
  {
    message: "API and page",
    date: "2025-09-08T09:00:00Z",
    paths: ["backend", "frontend"],
  },
  {
    message: "Platform services: landing, tenants, vehicles with their ETL",
    date: "2025-09-22T09:00:00Z",
    paths: ["mvp-platform-services"],
  },
  {
    message: "14 containers on 5 networks",
    date: "2025-10-06T09:00:00Z",
    paths: [".env.development", "Makefile", "config", "docker-compose.yml", "scripts", "secrets"],
  },
];

/** The annotated tag that the document's pre-execution backup sets before phase 1. */
export const earlierTag = {
  name: "pre-simplification-20251101",
  message: "State before architecture simplification",
  date: "2025-11-01T18:00:00Z",
} as const;

/** The simplification, one commit per phase of the document; phase 11 only tests. */
export const phaseCommits: readonly PhaseCommit[] = [
  {
    phase: 1,
    message: "Phase 1: Docker Compose without landing page, tenants and their stores",
    date: "2025-11-02T09:00:00Z",
    deletes: ["mvp-platform-services/landing/html/pricing.html"],
  },
  {
    phase: 2,
    message: "Phase 2: remove tenants from the backend",
    date: "2025-11-03T09:00:00Z",
    deletes: [
      "backend/src/core/config/tenant.ts",
      "backend/src/core/middleware/tenant.ts",
      "backend/src/features/tenant-management",
      "scripts/tenant-report.sh",
    ],
  },
  {
    phase: 3,
    message: "Phase 3: documents in the file system instead of MinIO",
    date: "2025-11-04T09:00:00Z",
    deletes: ["backend/src/core/storage/minio-storage.ts"],
  },
  {
    phase: 4,
    message: "Phase 4: clean up configuration and secrets",
    date: "2025-11-05T09:00:00Z",
    deletes: ["secrets/platform/tenants-api-token.txt"],
  },
  {
    phase: 5,
    message: "Phase 5: 3 networks instead of 5",
    date: "2025-11-06T09:00:00Z",
    deletes: [],
  },
  {
    phase: 6,
    message: "Phase 6: backend speaks to the simplified services",
    date: "2025-11-07T09:00:00Z",
    deletes: [],
  },
  {
    phase: 7,
    message: "Phase 7: one database with a volume of its own",
    date: "2025-11-08T09:00:00Z",
    deletes: [],
  },
  {
    phase: 8,
    message: "Phase 8: one platform service instead of four",
    date: "2025-11-09T09:00:00Z",
    deletes: [],
  },
  {
    phase: 9,
    message: "Phase 9: documentation of the simplified application",
    date: "2025-11-10T09:00:00Z",
    deletes: ["docs/TENANTS.md"],
  },
  {
    phase: 10,
    message: "Phase 10: page without tenants",
    date: "2025-11-11T09:00:00Z",
    deletes: [],
  },
];
