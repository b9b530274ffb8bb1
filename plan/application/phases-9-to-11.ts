import { type Phase, phase, step } from "./phase";

/** Document: per-phase rollback procedures, phases 9 to 11. */
export const PHASES_9_TO_11: readonly Phase[] = [
  phase({
    number: 9,
    title: "Documentation",
    triggers: [
      "Incorrect documentation",
      "Missing instructions",
      "Broken links",
      "Confusion among team",
    ],
    gitPaths: [
      "README.md",
      "CLAUDE.md",
      "AI-INDEX.md",
      "docs/",
      ".ai/context.json",
      "Makefile",
      "backend/src/features/*/README.md",
    ],
    steps: [step("release", "Restore all documentation")],
    validation: ["Documentation accurate", "Examples work", "Makefile commands work"],
    risk: { level: "None", because: "documentation only, no functional impact" },
  }),
  phase({
    number: 10,
    title: "Frontend",
    triggers: ["Build errors", "Runtime errors", "UI broken", "API calls failing"],
    gitPaths: ["frontend/src/"],
    services: ["mvp-frontend"],
    steps: [
      step("release", "Restore frontend code"),
      step("stage", "Rebuild frontend"),
      step("stage", "Restart frontend container"),
    ],
    validation: [
      "Frontend builds successfully",
      "UI loads without errors",
      "Auth works",
      "API calls work",
    ],
    risk: { level: "Low", because: "frontend rollback, no data impact" },
  }),
  phase({
    number: 11,
    title: "Testing",
    triggers: [],
    steps: [],
    validation: [],
    risk: null,
    note:
      "Testing phase doesn't modify code, only validates. " +
      "If tests fail, rollback appropriate phases based on failure analysis.",
  }),
];
