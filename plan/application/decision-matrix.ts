import type { RiskLevel } from "./phase";

/** How far to go back for a kind of failure (document: rollback decision matrix). */
export type Scope =
  | { readonly kind: "phase"; readonly phase: number }
  | { readonly kind: "failedPhase" }
  | { readonly kind: "investigate" }
  | { readonly kind: "full"; readonly restoresData: boolean };

export interface Decision {
  readonly failure: string;
  readonly scope: Scope;
  readonly risk: RiskLevel;
  readonly duration: string;
}

export const DECISION_MATRIX: readonly Decision[] = [
  {
    failure: "Container start fails",
    scope: { kind: "phase", phase: 1 },
    risk: "Low",
    duration: "5 min",
  },
  { failure: "Build errors", scope: { kind: "failedPhase" }, risk: "Low", duration: "10 min" },
  {
    failure: "Test failures",
    scope: { kind: "investigate" },
    risk: "Medium",
    duration: "15-30 min",
  },
  {
    failure: "Data corruption",
    scope: { kind: "full", restoresData: true },
    risk: "High",
    duration: "30-60 min",
  },
  {
    failure: "Network issues",
    scope: { kind: "phase", phase: 5 },
    risk: "Medium",
    duration: "10 min",
  },
  {
    failure: "Platform API down",
    scope: { kind: "phase", phase: 8 },
    risk: "Medium",
    duration: "15 min",
  },
  {
    failure: "Critical production bug",
    scope: { kind: "full", restoresData: false },
    risk: "Medium",
    duration: "30 min",
  },
];

/** The scope in the document's words. */
export function scopeText(scope: Scope): string {
  switch (scope.kind) {
    case "phase":
      return `Phase ${scope.phase}`;
    case "failedPhase":
      return "Specific phase";
    case "investigate":
      return "Investigate, partial";
    case "full":
      return scope.restoresData ? "Full + restore" : "Full system";
  }
}
