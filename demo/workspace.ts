import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { parse, stringify } from "yaml";
import { STACK_NAMES, type StackName } from "../plan/application/topology";
import {
  type GeneratedApplication,
  generateApplication,
  type Variant,
} from "./application/generate";
import { CLONE, type Environment, readEnvironment } from "./environment";
import { freePorts } from "./ports";

export interface Ports {
  readonly http: number;
  readonly https: number;
  readonly dashboard: number;
  readonly issuer: number;
}

/** A place to try everything for real: its own application, state, stack files and Pulumi home, and a name prefix of its own. */
export interface Workspace {
  readonly folder: string;
  readonly namePrefix: string;
  readonly repository: string;
  readonly stateDirectory: string;
  /** Folder with its copy of Pulumi.yaml and the stack files. */
  readonly project: string;
  readonly ports: Ports;
  readonly environment: Environment;
  readonly application: GeneratedApplication;
  /** For every process that works on it. */
  readonly variables: NodeJS.ProcessEnv;
}

/** Address of the host inside Docker's default network: what containers call the issuer by. */
const HOST_ADDRESS = "172.17.0.1";

export function stateDirectoryOf(folder: string): string {
  return join(folder, "state");
}

/** Makes a workspace in a folder that does not exist or is empty; nothing on Docker yet. */
export async function createWorkspace(
  folder: string,
  namePrefix: string,
  variant?: Variant,
): Promise<Workspace> {
  const environment = await readEnvironment();
  const [http = 0, https = 0, dashboard = 0, issuer = 0] = await freePorts(4);
  const ports = { http, https, dashboard, issuer };
  const repository = join(folder, "application");
  const application = await generateApplication({
    folder: repository,
    issuer: issuerUrl(ports),
    variables: composeVariables(namePrefix, ports, environment),
    ...(variant === undefined ? {} : { variant }),
  });
  const workspace = {
    folder,
    namePrefix,
    repository,
    stateDirectory: stateDirectoryOf(folder),
    project: join(folder, "project"),
    ports,
    environment,
    application,
    variables: await pulumiVariables(folder, environment),
  };
  await writeProject(workspace);
  return workspace;
}

/** What its Compose files take from `.env`: names and ports of its own, and the images that set-up has. */
function composeVariables(
  namePrefix: string,
  { http, https, dashboard }: Ports,
  { images }: Environment,
): Record<string, string> {
  return {
    NAME_PREFIX: namePrefix,
    HTTP_PORT: String(http),
    HTTPS_PORT: String(https),
    DASHBOARD_PORT: String(dashboard),
    ...Object.fromEntries(
      Object.entries(images).map(([name, image]) => [`${name.toUpperCase()}_IMAGE`, image]),
    ),
  };
}

/** Where tokens come from, as containers and tokens name it. */
export function issuerUrl(ports: Ports): string {
  return `http://${HOST_ADDRESS}:${ports.issuer}/`;
}

function tokenUrl(ports: Ports): string {
  return new URL("oauth/token", issuerUrl(ports)).href;
}

export async function pulumiVariables(
  folder: string,
  environment: Environment,
): Promise<NodeJS.ProcessEnv> {
  const home = join(folder, "pulumi-home");
  const backend = join(folder, "pulumi-state");
  await mkdir(join(home, "plugins"), { recursive: true, mode: 0o700 });
  await mkdir(backend, { recursive: true, mode: 0o700 });
  await linkPlugins(environment.pluginsDirectory, join(home, "plugins"));
  return {
    ...process.env,
    PATH: [...environment.path, process.env.PATH ?? ""].join(delimiter),
    PULUMI_HOME: home,
    // Without the attribute files beside the state: Pulumi's backend does not write them atomically, and a run that is
    // killed meanwhile leaves one that nothing can read any more ("failed to load checkpoint: EOF").
    PULUMI_BACKEND_URL: process.env.PULUMI_BACKEND_URL ?? `file://${backend}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE: process.env.PULUMI_CONFIG_PASSPHRASE ?? "",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // A language host of before 2025 does not tell the program where Pulumi.yaml is, and here it is not beside it.
    PULUMI_NODEJS_ROOT_DIRECTORY: join(folder, "project"),
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
}

/** Pulumi looks for real folders; the programs in them may be links. */
async function linkPlugins(from: string, to: string): Promise<void> {
  for (const plugin of await readdir(from)) {
    if (!plugin.startsWith("resource-") || plugin.includes(".last")) continue;
    await mkdir(join(to, plugin), { recursive: true });
    for (const file of await readdir(join(from, plugin))) {
      await symlink(join(from, plugin, file), join(to, plugin, file));
    }
  }
}

/** Copies of the project's and the stacks' files: `pulumi stack init` and `config set` rewrite them. */
async function writeProject(workspace: Workspace): Promise<void> {
  await mkdir(workspace.project, { recursive: true });
  const project = parse(await readFile(join(CLONE, "Pulumi.yaml"), "utf8")) as object;
  await writeFile(join(workspace.project, "Pulumi.yaml"), stringify({ ...project, main: CLONE }));
  for (const stack of STACK_NAMES) await writeStackFile(workspace, stack, {});
}

/** Writes a stack's configuration anew: the workspace's own, and what a case adds to it. */
export async function writeStackFile(
  workspace: Workspace,
  stack: StackName,
  more: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { repository, stateDirectory, ports, environment } = workspace;
  const settings = {
    repository,
    stateDirectory,
    images: { helper: environment.images.helper },
    contacts: { "Technical Lead": "lead@example.org", "Emergency Hotline": "+49 30 5550100" },
    checks: { login: { tokenUrl: tokenUrl(ports) } },
    ...more,
  };
  const config = Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [`motovaultpro-rollback:${key}`, value]),
  );
  const file = join(workspace.project, `Pulumi.${stack}.yaml`);
  const before = await readFile(file, "utf8").catch(() => "{}");
  const { encryptionsalt } = parse(before) as { encryptionsalt?: string };
  await writeFile(
    file,
    stringify({ ...(encryptionsalt === undefined ? {} : { encryptionsalt }), config }),
  );
}
