import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { CLONE } from "../../demo/environment";
import { pulumiVariables, type Workspace } from "../../demo/workspace";
import { must, STACK } from "./up";

/**
 * Makes the bare program's own project, with the workspace's runtime settings, its stack's name and its stack's state: the program is
 * taken for the owner of the same resources.
 */
export async function bareProgram(workspace: Workspace): Promise<Workspace> {
  const folder = join(workspace.folder, "bare");
  const project = join(folder, "project");
  await mkdir(project, { recursive: true });
  const state = join(folder, "state.json");
  const bare = {
    ...workspace,
    ...{ folder, project },
    variables: {
      ...(await pulumiVariables(folder, workspace.environment)),
      BARE_STATE: state,
    },
  };
  await writeProject(project);
  const exported = await must(workspace, ["stack", "export", "--show-secrets", "--stack", STACK]);
  await writeFile(state, exported.stdout, { mode: 0o600 });
  await must(bare, ["stack", "init", STACK]);
  await must(bare, ["stack", "import", "--stack", STACK, "--file", state]);
  return bare;
}

async function writeProject(folder: string): Promise<void> {
  const ours = parse(await readFile(join(CLONE, "Pulumi.yaml"), "utf8")) as object;
  const main = join(__dirname, "bare");
  await writeFile(join(folder, "Pulumi.yaml"), stringify({ ...ours, main }));
}
