import { liveMap } from "../model/history";
import type { AssembledRelease, Facts } from "../model/observed";
import type { Problem } from "../problem";
import type { Settings } from "../settings/settings";
import { type ChosenSource, parseSource } from "../model/source";

type Volumes = Readonly<Record<string, ChosenSource>>;

/** What does not fit together: paths that nobody ever had, and code that does not know what the data has. */
export function assemblyProblems(
  settings: Settings,
  facts: Facts,
  assembled: AssembledRelease,
  volumes: Volumes,
): readonly Problem[] {
  return [
    ...assembled.unknownPaths.map(pathProblem),
    ...schemaProblems(settings, facts, assembled, volumes),
  ];
}

function pathProblem(path: string): Problem {
  return {
    subject: `path "${path}"`,
    what: "is in no commit of either side, nor among the untracked files",
    advice: [
      "the phase restores it, but there is nothing to restore: check preRef and phaseRefs",
      "or put the file in place first, if it was lost",
    ],
  };
}

/** Migrations are never taken back: code of an earlier time may not work with what they made. */
function schemaProblems(
  { oneTime, checks }: Settings,
  facts: Facts,
  assembled: AssembledRelease,
  volumes: Volumes,
): readonly Problem[] {
  const { migrations } = facts;
  if (migrations === null || checks.migrations === undefined || oneTime.acceptSchema === true) {
    return [];
  }
  if (!meetsLiveData(facts, assembled, volumes)) return [];
  const unknown = migrations.filter((name) => !assembled.migrations.includes(name));
  if (unknown.length === 0) return [];
  return [
    {
      subject: "database schema",
      what: `the data has migrations that the code does not know: ${unknown.join(", ")}`,
      advice: [
        "say that the code works with them: pulumi config set acceptSchema true",
        "or take the data back as well: restoreDatabase for phase 7, dataSource: backup on a switch",
      ],
    },
  ];
}

/** Whether the application's database will hold what the live side's holds now, under other code. */
function meetsLiveData(facts: Facts, { release }: AssembledRelease, volumes: Volumes): boolean {
  const live = liveMap(facts)?.wanted;
  return facts.application.stores.some(({ name, counterpart, data }) => {
    const chosen = volumes[name];
    if (data !== "postgres" || counterpart === undefined || chosen === undefined) return false;
    if (parseSource(chosen.source).kind === "synced") return true;
    const kept = live?.volumes[name]?.number === chosen.number;
    return kept && live.release.tree !== release.tree;
  });
}
