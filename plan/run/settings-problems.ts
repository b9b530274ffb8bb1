import { phaseNumbers } from "../application/description";
import { ALL_CHECKS, checksOfSide } from "../checks";
import { checkProblems } from "../checks/addresses";
import { unknownCheckProblems } from "../checks/settings";
import { liveSide } from "../model/history";
import type { Facts, Observed } from "../model/observed";
import type { Wanted } from "../model/wanted";
import type { Problem } from "../problem";
import { extentOf } from "../release/scope";
import type { Settings } from "../settings/settings";
import type { StackName, Topology } from "../application/topology";

/** What in the configuration does not fit this host, before anything is chosen. */
export function settingsProblems(settings: Settings, facts: Facts): Problem[] {
  return [
    ...backupProblems(settings, facts),
    ...lockProblems(facts),
    ...validationProblems(settings),
    ...scenarioProblems(settings),
  ];
}

function backupProblems(settings: Settings, facts: Facts): Problem[] {
  return (["backup", "restore"] as const).flatMap((key) => {
    const id = settings.oneTime[key];
    const backup = facts.backups.find((candidate) => candidate.id === id);
    if (id === undefined || backup?.verified) return [];
    const usable = facts.backups
      .filter((candidate) => candidate.verified)
      .map(({ id: name }) => name);
    return [
      {
        subject: `config "${key}"`,
        what:
          backup === undefined
            ? `there is no complete backup "${id}"`
            : `backup "${id}" has not been verified`,
        advice: [
          `found ${usable.join(", ") || "no backup"} (rollback backups)`,
          `set another or none: pulumi config rm ${key}`,
        ],
      },
    ];
  });
}

/** Scenarios take single things back from the simplified state; the other stack is back already. */
function scenarioProblems({ stack, scenario }: Settings): Problem[] {
  if (stack === "simplified" || scenario === undefined || scenario === "full") return [];
  return [
    {
      subject: 'config "scenario"',
      what: `"${scenario}" is a partial rollback of "simplified", and this is the stack "${stack}"`,
      advice: [
        `set it there: pulumi config set --stack simplified scenario ${scenario}`,
        "or set single flags here, such as phase9 false",
      ],
    },
  ];
}

/** Host ports of the topology that somebody else has. */
export function portProblems({ topology }: Wanted, { foreignPorts }: Observed): readonly Problem[] {
  return topology.services.flatMap(({ name, ports }) =>
    ports
      .filter(({ host }) => foreignPorts.includes(host))
      .map(({ host }) => ({
        subject: `port ${host} (${name})`,
        what: "is in use by something that does not belong to this application",
        advice: [
          "stop it",
          "or publish another one: in the Compose file, or the variable of .env that it takes",
        ],
      })),
  );
}

/** Containers that are to be made under names that somebody else's have. */
export function nameProblems(
  { topology }: Wanted,
  live: Topology | null,
  { foreignContainers }: Observed,
): readonly Problem[] {
  const standing = new Set(live?.services.map(({ containerName }) => containerName));
  return topology.services
    .filter(({ containerName }) => !standing.has(containerName))
    .filter(({ containerName }) => foreignContainers.includes(containerName))
    .map(({ name, containerName }) => ({
      subject: `container "${containerName}" (${name})`,
      what: "is there already, and does not belong to this application",
      advice: ["rename or remove it", "or give the service another container_name"],
    }));
}

function lockProblems(facts: Facts): Problem[] {
  const { lock } = facts;
  if (lock === null || !lock.alive) return [];
  return [
    {
      subject: "lock",
      what: `${lock.holder} on ${lock.host} has been at work since ${lock.since} (process ${lock.pid}, change ${lock.number})`,
      advice: ["wait until it is done", "if that process is gone: rollback abort --force"],
    },
  ];
}

/** A change that nobody could validate is not begun; `checks.skip` leaves a check to a person. */
function validationProblems(settings: Settings): readonly Problem[] {
  return [
    ...unknownCheckProblems("accept", settings.oneTime.accept ?? [], ALL_CHECKS),
    ...checkProblems(
      checksOfSide(extentOf(settings).phases, phaseNumbers(settings.description)),
      settings.checks,
    ),
  ];
}

/** For messages: what a run attempts. */
export function attempt(settings: Settings, facts: Facts | undefined): string {
  return attemptOf(settings.stack, facts === undefined ? null : liveSide(facts));
}

/** The same, where the side that was live is known. */
export function attemptOf(stack: StackName, live: StackName | null): string {
  if (live === stack) return `update "${stack}"`;
  return stack === "simplified" ? 'switch to "simplified"' : 'roll back to "pre-simplification"';
}
