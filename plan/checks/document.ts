import {
  type Description,
  durationOf,
  type Phase,
  phaseNumbers,
  scopeText,
} from "../application/description";
import { expectation } from "./expectation";
import { FULL_CHECKS } from "./full";
import { applicable, type Check, checksOfPhase, validatesAll } from "./index";

/**
 * The text of docs/phases.md, from an application's description and the checks alone: when to roll a phase back, how, what that touches, how it is
 * validated (document: per-phase rollback procedures, full system rollback). Lines are not wrapped nor tables aligned.
 */
export function phasesDocument(description: Description): string {
  return [
    "# Phases",
    "",
    "Generated from the data of the program (`npm run docs`); a test proves that it is current.",
    "",
    ...INTRODUCTION,
    ...description.phases.flatMap((phase) => phaseSection(description, phase)),
    ...fullSection(description),
    ...scenariosSection(description),
    ...matrixSection(description),
    ...CONFIGURATION,
  ].join("\n");
}

const INTRODUCTION: readonly string[] = [
  "A phase is rolled back on the live simplified stack by its flag, and its flag set to `false` brings it forward again. On the stack",
  "`pre-simplification` every phase counts as rolled back; `false` keeps one forward.",
  "",
  "`npx rollback validate` looks at the live side with the checks below, `npx rollback validate --phase 3` with those of one phase, whether",
  "or not it is rolled back: a phase whose checks fail is one to think of.",
  "",
  "A check is a **gate** (a change whose gates fail does not stay, unless the side before failed the same gate or config `accept` names it), a",
  "**report** (told, decides nothing) or **manual** (for a person; never shown as passed). *Only with* names the phases of which one has to",
  "be rolled back for a check to make sense.",
  "",
];

const CONFIGURATION: readonly string[] = [
  "## What the checks are told",
  "",
  "Paths, commands and names that are the application's own are the description's `checks` (`applications/motovaultpro.yaml`); config `checks`",
  "replaces single ones, alike in both stack files. What is missing is named before anything runs.",
  "",
  "What it may say besides: `page` (default `/`), `documents.remove` (a path for DELETE, instead of",
  "`removeSql`), `documents.readAtMost` (documents that are read whole, default 200; the others are compared by their keys),",
  "`login.clientId`, `login.audience` and `login.clientSecretFile` (a file of the repository, never the secret), `tests.suite` (`command`, `environment`: the whole suite,",
  "such as `make test`, which runs on the host with `EDGE_URL` and, where the description names one, `EDGE_HOST` and leaves what it writes), `logs.errors`, `logs.network`, `logs.ignore` (regular expressions), `deadlines` (seconds by",
  "the name of a check), `skip` (names of checks that are left to a person).",
  "",
  "SQL runs read-only, but for `documents.removeSql`. Whatever a check writes it removes again. What containers and servers say is cut to 200",
  "characters, and secrets are taken out of it.",
  "",
];

function phaseSection(description: Description, phase: Phase): readonly string[] {
  const duration = durationOf(description, phase.number);
  const { number, title, note } = phase;
  return [
    `## Phase ${number}: ${title}`,
    "",
    ...(note === null ? [] : [note, ""]),
    ...(validatesAll(number)
      ? testingLines(description, number)
      : [...changeLines(phase), ...checkTable(checksOfPhase(number))]),
    ...(phase.risk === null ? [] : [`**Risk**: ${phase.risk.level} - ${phase.risk.because}`, ""]),
    ...(duration === null ? [] : [`**Duration** (decision matrix): ${duration}`, ""]),
  ];
}

function testingLines(description: Description, phase: number): readonly string[] {
  const checks = checksOfPhase(phase);
  const onEarlierSide = applicable(checks, phaseNumbers(description));
  return [
    "```sh",
    `npx rollback validate --phase ${phase}`,
    "```",
    "",
    `runs the ${applicable(checks, []).length} checks of all phases that hold on the simplified side (all ${onEarlierSide.length} on the earlier one) and names the phases whose validation fails: those to roll back.`,
    "",
  ];
}

function changeLines({ number, ...phase }: Phase): readonly string[] {
  const compose = phase.composePart === null ? [] : [phase.composePart];
  return [
    `**When**: ${phase.triggers.join("; ")}`,
    "",
    "```sh",
    `pulumi config set --stack simplified phase${number} true && pulumi up --stack simplified`,
    "```",
    "",
    "It touches:",
    "",
    `- config flag: \`phase${number}\``,
    `- paths: ${listed(phase.gitPaths)}`,
    ...compose.map((part) => `- part of a file: ${part}`),
    `- services: ${listed(phase.services)}`,
    `- volumes: ${listed(phase.volumes)}`,
    "",
    ...stepLines(phase.steps),
  ];
}

/** The document's steps in its order; here they happen in the order of a run. */
function stepLines(steps: Phase["steps"]): readonly string[] {
  return [
    "The document's steps, and the step of a run that does each:",
    "",
    ...steps.map(({ text, doneBy }, index) => `${index + 1}. ${text}: \`${doneBy}\``),
    "",
  ];
}

function fullSection({ fullRollback }: Description): readonly string[] {
  return [
    "## Full rollback",
    "",
    `**When**: ${fullRollback.whenToUse.join("; ")}`,
    "",
    "```sh",
    "pulumi up --stack pre-simplification",
    "```",
    "",
    `It restores the whole tracked tree but for the protected paths, and the volumes ${listed(fullRollback.volumes)}, those of the platform too.`,
    "",
    ...stepLines(fullRollback.steps),
    ...checkTable(FULL_CHECKS),
    `**Risk**: ${fullRollback.risk}`,
    "",
    `**Duration**: ${fullRollback.duration}`,
    "",
  ];
}

function scenariosSection({ scenarios }: Description): readonly string[] {
  const rows = scenarios.map(({ name, title, summary, phases, gitPaths, services }) => [
    `\`${name}\``,
    `${title}: ${summary}`,
    listed(gitPaths),
    phases.join(", "),
    listed(services),
  ]);
  return [
    "## Scenarios",
    "",
    "Config `scenario` names one; single flags refine it. Of the phases, what they bring to the topology and the data comes with the scenario's own paths.",
    "",
    ...table(["scenario", "the document", "paths", "phases", "services"], rows),
  ];
}

function matrixSection({ decisionMatrix }: Description): readonly string[] {
  const rows = decisionMatrix.map(({ failure, scope, risk, duration }) => [
    failure,
    scopeText(scope),
    risk,
    duration,
  ]);
  return ["## Decision matrix", "", ...table(["failure", "roll back", "risk", "duration"], rows)];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line), ""];
}

function checkTable(checks: readonly Check[]): readonly string[] {
  const rows = checks.map((check) => {
    const { row, name, severity, deadlineSeconds, onlyWith } = check;
    const within = severity === "manual" ? "" : `${deadlineSeconds} s`;
    return [row, `\`${name}\``, severity, expectation(check), within, onlyWith.join(", ")];
  });
  return table(["checkbox", "check", "", "expects", "within", "only with"], rows);
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.map((name) => `\`${name}\``).join(", ");
}
