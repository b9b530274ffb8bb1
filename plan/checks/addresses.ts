import type { Problem } from "../problem";
import { ALL_CHECKS } from "./index";
import type { Check, CheckKind } from "./check";
import { type CheckSettings, endpointsOf, unknownCheckProblems } from "./settings";

/** Parts of config `checks` that a check cannot do without. */
type Part = Exclude<keyof CheckSettings, "page" | "logs" | "skip" | "deadlines">;

/**
 * The checks as the configuration has them: with its deadlines, and manual where it leaves one to a person. The whole suite is one of
 * those unless a command is configured, because what it writes stays in the data.
 */
export function asConfigured(checks: readonly Check[], settings: CheckSettings): readonly Check[] {
  return checks.map((check) => {
    if (settings.skip.includes(check.name)) return leftToPerson(check, "left out by checks.skip");
    if (check.kind === "suite" && settings.tests?.suite === undefined) {
      return leftToPerson(
        check,
        "run make test yourself: what it writes stays (checks.tests.suite)",
      );
    }
    const deadlineSeconds = settings.deadlines[check.name] ?? check.deadlineSeconds;
    return { ...check, deadlineSeconds };
  });
}

/** Everything that the configuration lacks for these checks, or names wrongly; empty: they can run. */
export function checkProblems(
  checks: readonly Check[],
  settings: CheckSettings,
): readonly Problem[] {
  return [
    ...unknownCheckProblems("checks.skip", settings.skip, ALL_CHECKS),
    ...unknownCheckProblems("checks.deadlines", Object.keys(settings.deadlines), ALL_CHECKS),
    ...missingParts(asConfigured(checks, settings), settings),
  ];
}

function missingParts(checks: readonly Check[], settings: CheckSettings): readonly Problem[] {
  const missing = new Map<Part, string[]>();
  for (const check of checks) {
    for (const part of partsOf(check, settings).filter((name) => isMissing(name, settings))) {
      missing.set(part, [...(missing.get(part) ?? []), check.name]);
    }
  }
  return [...missing].map(([part, names]) => ({
    subject: `config "checks.${part}"`,
    what: `is missing, and ${names.join(", ")} ${names.length === 1 ? "needs" : "need"} it`,
    advice: [
      `add "${part}" to "checks" of the application's description, or to config checks (docs/phases.md)`,
      `or leave it to a person: checks.skip`,
    ],
  }));
}

function isMissing(part: Part, settings: CheckSettings): boolean {
  return settings[part] === undefined;
}

const PARTS: Partial<Readonly<Record<CheckKind, readonly Part[]>>> = {
  documentRoundTrip: ["documents", "login"],
  existingDocuments: ["documents", "login"],
  tenant: ["tenant", "login"],
  login: ["login"],
  vin: ["vin"],
  hierarchy: ["hierarchy"],
  routers: ["routers"],
  tables: ["tables"],
  migrations: ["migrations"],
  tests: ["tests"],
};

/** What a check asks the configuration for; a request that needs a token needs the place where tokens come from. */
function partsOf(check: Check, settings: CheckSettings): readonly Part[] {
  if (check.kind !== "http") return PARTS[check.kind] ?? [];
  const withToken = endpointsOf(settings, check.address).some(({ token }) => token);
  return withToken ? [check.address, "login"] : [check.address];
}

function leftToPerson(check: Check, look: string): Check {
  const { name, row, phase, onlyWith } = check;
  const about = { name, row, phase, onlyWith, deadlineSeconds: 0 };
  return { ...about, severity: "manual", kind: "manual", look };
}
