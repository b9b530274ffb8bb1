/** The document's partial rollbacks by the names that config `scenario` has for them, besides `full`. */
export const SCENARIO_NAMES = ["keep-infrastructure", "keep-config", "storage-only"] as const;

export type ScenarioName = (typeof SCENARIO_NAMES)[number];

/** A partial rollback with paths and services of its own (document: partial rollback scenarios). */
export interface Scenario {
  readonly number: number;
  readonly name: ScenarioName;
  readonly title: string;
  /** The document's one line about it. */
  readonly summary: string;
  /** The phases that the document counts among it. */
  readonly rolledBackPhases: readonly number[];
  /**
   * Those whose part of the topology and of the data comes with the paths: none that the scenario keeps, and no code without the
   * store that it needs.
   */
  readonly phases: readonly number[];
  /** Relative to the application's repository; a folder ends with a slash. */
  readonly gitPaths: readonly string[];
  /** Unprefixed names of the services that the document starts or restarts. */
  readonly services: readonly string[];
}

export const SCENARIOS: readonly Scenario[] = [
  {
    number: 1,
    name: "keep-infrastructure",
    title: "Keep Infrastructure Changes, Rollback Backend",
    summary: "Keep Phase 1 (Docker), rollback Phases 2-11",
    rolledBackPhases: [2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    phases: [2, 3, 6, 10],
    gitPaths: ["backend/", "frontend/"],
    services: ["mvp-backend", "mvp-frontend"],
  },
  {
    number: 2,
    name: "keep-config",
    title: "Keep Config Cleanup, Rollback Code",
    summary: "Keep Phase 4, rollback Phases 1-3, 5-11",
    rolledBackPhases: [1, 2, 3, 5, 6, 7, 8, 9, 10, 11],
    phases: [1, 2, 3, 5, 6, 7, 10],
    gitPaths: ["docker-compose.yml", "backend/src/", "frontend/src/"],
    services: [],
  },
  {
    number: 3,
    name: "storage-only",
    title: "Rollback Only Storage",
    summary: "Rollback Phase 3 only",
    rolledBackPhases: [3],
    phases: [3],
    gitPaths: ["backend/src/core/storage/", "backend/src/features/documents/"],
    services: ["admin-minio"],
  },
];
