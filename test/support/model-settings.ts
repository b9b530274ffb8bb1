import { checkSettingsOf, DESCRIPTION, topologyFor, topologyOfStack } from "./application";
import { type Assembly, assemblyKey } from "../../plan/release/assembly";
import type { BackupSummary, AssembledRelease, ObservedGit } from "../../plan/model/observed";
import type { Settings } from "../../plan/settings/settings";
import type { StackName, Topology } from "../../plan/application/topology";
import type { OneTimeSettings, Release } from "../../plan/model/wanted";

/** Commits of the model's repository, by the ref that names each. */
export const COMMITS = {
  "pre-simplification": "commit-before",
  simplified: "commit-after",
} as const;

/** Content id of the one set of untracked files. */
export const UNTRACKED = "untracked-1";

export function releaseOf(commit: string, untracked = UNTRACKED): Release {
  const platform = ["landing", "tenants", "vehicles"].map(
    (name) => `mvp-platform-services/${name}`,
  );
  const folders = ["frontend", "backend", ...platform];
  const contexts = Object.fromEntries(folders.map((folder) => [folder, `${folder}-of-${commit}`]));
  const mounts = { "secrets/app": `secrets-of-${commit}-${untracked}` };
  return { commit, tree: `tree-of-${commit}`, contexts, mounts };
}

/** Everything that a validation needs to be told. */
const CHECKS = checkSettingsOf("https://example.auth0.com/");

/** A assembly, as `observe()` assembles it: another tree for other paths, and another context only for paths within it. */
export function assembled(assembly: Assembly): AssembledRelease {
  const { commit, overlays, composeFile, untracked } = assembly;
  const whole = releaseOf(commit, untracked.base);
  const paths = (folder: string) => overlays.filter(({ path }) => path.startsWith(folder));
  const suffix = (parts: readonly unknown[]) => (parts.length === 0 ? "" : JSON.stringify(parts));
  const contexts = Object.entries(whole.contexts).map(([folder, id]) => {
    return [folder, `${id}${suffix(paths(`${folder}/`))}`] as const;
  });
  const merged = composeFile === null ? [] : [composeFile.phases];
  const release = {
    ...whole,
    tree: `${whole.tree}${suffix([...overlays, ...merged])}`,
    contexts: Object.fromEntries(contexts),
  };
  const topology = topologyOfAssembly(assembly);
  return {
    release,
    topology,
    texts: {},
    untracked: untracked.base,
    unknownPaths: [],
    migrations: [],
  };
}

function topologyOfAssembly({ commit, composeFile }: Assembly): Topology {
  if (composeFile !== null) return topologyFor(composeFile.phases);
  const earlier = commit === COMMITS["pre-simplification"];
  return topologyOfStack(earlier ? "pre-simplification" : "simplified");
}

/** Both whole ends of the scale. */
export const RELEASES: Readonly<Record<string, AssembledRelease>> = Object.fromEntries(
  Object.values(COMMITS).map((commit) => {
    const untracked = { base: UNTRACKED, overlays: [] };
    const whole: Assembly = { commit, overlays: [], composeFile: null, untracked };
    return [assemblyKey(whole), assembled(whole)];
  }),
);

/** The model's repository; no change moves its work tree. */
export const GIT: ObservedGit = {
  head: COMMITS.simplified,
  branch: "main",
  clean: true,
  preTags: [{ name: "pre-simplification-20261101", commit: COMMITS["pre-simplification"] }],
  resolved: { main: COMMITS.simplified },
  rollbackBranches: [],
  untracked: UNTRACKED,
};

/** A verified backup of a side. */
export function backupSummary(
  backup: Pick<BackupSummary, "id" | "sequence" | "kind" | "stack" | "afterChange" | "volumes">,
): BackupSummary {
  return {
    ...backup,
    commit: COMMITS[backup.stack],
    images: [],
    untracked: UNTRACKED,
    verified: true,
    madeAt: "2026-11-01T00:00:00.000Z",
  };
}

export function settingsFor(
  stack: StackName,
  oneTime: OneTimeSettings = {},
  phases: Settings["phases"] = {},
): Settings {
  return {
    description: DESCRIPTION,
    stack,
    repository: "/srv/motovaultpro",
    stateDirectory: "/var/lib/motovaultpro-rollback",
    compose: { files: ["docker-compose.yml"], profiles: [] },
    helperImage: "postgres:15",
    phaseRefs: {},
    phases,
    contacts: {},
    checks: CHECKS,
    oneTime,
  };
}
