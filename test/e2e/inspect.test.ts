import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import type Docker from "dockerode";
import { parse, stringify } from "yaml";
import { DemoDocker } from "../../demo/docker";
import { CLONE, type Environment, readEnvironment } from "../../demo/environment";
import { freePorts } from "../../demo/ports";
import { pulumiVariables } from "../../demo/workspace";
import { findCompose, runCompose } from "../../host/compose/cli";
import { readModel } from "../../host/compose/read-model";
import type { Description } from "../../plan/application/description";
import { isMapping, mappingOf } from "../../plan/mapping";
import { sealModel } from "../../plan/compose/seal";
import { topologyOf } from "../../plan/compose/topology-of";
import { DESCRIPTION, NAMES } from "../support/application";
import type { Staging } from "../support/staging";

const FILE = "docker-compose.yml";
const SECRET = "s3cret-of-the-inspection";

/** What the description of an application with this Compose file would say; nothing of it starts by itself. */
const DESCRIBED: Description = {
  ...DESCRIPTION,
  roles: { edge: "every" },
  counterparts: { services: {}, volumes: {} },
  stores: { data: "redis", outside_data: "redis" },
  selfActing: ["plain", "served", "limited"],
};

describe("what is made of a Compose file, by this program and by Compose itself", function () {
  this.timeout("5m");
  const prefix = `inspect-${randomBytes(3).toString("hex")}`;
  /** Of a network and a volume that somebody else makes. */
  const shared = `${prefix}-shared`;
  const docker = new DemoDocker(prefix, "/nowhere");
  let environment: Environment;
  let folder: string;
  let output: string;
  /** What a second run would do. */
  let again: string;

  before(async () => {
    environment = await readEnvironment();
    process.env.PATH = [...environment.path, process.env.PATH].join(delimiter);
    folder = await mkdtemp(join(tmpdir(), "inspect-"));
    await mkdir(join(folder, "labelled"));
    await docker.docker.createNetwork({ Name: shared });
    await docker.docker.createVolume({ Name: shared });
    await composeUp();
    output = await stage();
  });
  after(async () => {
    await docker.removeEverything();
    await rm(folder, { recursive: true, force: true });
  });

  async function project(side: "compose" | "ours", ports: readonly number[]): Promise<string> {
    const place = join(folder, side);
    await mkdir(place);
    await cp(join(__dirname, "inspected.yml"), join(place, FILE));
    await writeFile(join(place, "inspected.env"), `FROM_FILE=${SECRET}\n`);
    const image = environment.images.helper ?? "";
    const own = { PREFIX: nameOf(side), IMAGE: image, KEY: SECRET, HOST: "a.b", BESIDE: folder };
    const variables = { ...own, SHARED: shared, PORT: ports[0], SERVED: ports[1] };
    const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
    await writeFile(join(place, ".env"), lines.join(""));
    return place;
  }

  /** Two networks of one range cannot stand side by side: what Compose made is written down and removed. */
  const composed = new Map<string, unknown>();

  async function composeUp(): Promise<void> {
    const place = await project("compose", [1, 2]);
    const command = await findCompose();
    await runCompose(command, ["up", "--no-start"], { folder: place });
    for (const [name, seen] of await everything("compose")) composed.set(name, seen);
    await runCompose(command, ["down", "--volumes"], { folder: place });
  }

  async function stage(): Promise<string> {
    const place = await project("ours", await freePorts(2));
    const { model, uninterpolated } = await readModel({
      ...{ folder: place, files: [FILE], profiles: [] },
    });
    const sealed = sealModel(model, uninterpolated, (text) => `text-${text.length}`);
    const read = topologyOf(sealed.model, DESCRIBED);
    assert.ok(read.ok, JSON.stringify(read));
    const { topology } = read;
    const staging = {
      context: NAMES_AND_PLACES,
      wanted: {
        stack: "simplified",
        topology,
        release: { contexts: {}, mounts: {} },
        images: Object.fromEntries(
          topology.services.map(({ name }) => [name, environment.images.helper]),
        ),
      },
      texts: sealed.texts,
    } as unknown as Staging;
    await writeFile(join(folder, "staging.json"), JSON.stringify(staging));
    const variables = {
      ...(await pulumiVariables(folder, environment)),
      PULUMI_CONFIG_PASSPHRASE: "a passphrase",
      STAGING: join(folder, "staging.json"),
    };
    const cwd = join(folder, "project");
    await mkdir(cwd);
    const { runtime } = parse(await readFile(join(CLONE, "Pulumi.yaml"), "utf8")) as object & {
      readonly runtime: object;
    };
    const main = join(CLONE, "test", "support", "staging");
    await writeFile(join(cwd, "Pulumi.yaml"), stringify({ name: "staging", runtime, main }));
    const run = async (...argv: string[]): Promise<string> => {
      const options = { cwd, env: variables };
      const { stdout, stderr } = await promisify(execFile)("pulumi", argv, options);
      return stdout + stderr;
    };
    await run("stack", "init", "one");
    const said = await run("up", "--yes", "--non-interactive", "--diff");
    // Of a container that runs Docker tells more.
    await docker.docker.getContainer(`${nameOf("ours")}-served-1`).start();
    again = await run("preview", "--non-interactive", "--diff", "--refresh");
    return said + (await run("stack", "export"));
  }

  function nameOf(side: "compose" | "ours"): string {
    return `${prefix}-${side}`;
  }

  /** Every container, network and volume of a side as Docker tells it, by its name, made comparable. */
  async function everything(side: "compose" | "ours"): Promise<ReadonlyMap<string, unknown>> {
    const own = (name: string): boolean => name.startsWith(`${nameOf(side)}-`);
    const bare = (name: string): string => name.slice(nameOf(side).length + 1);
    const found = new Map<string, unknown>();
    for (const name of (await docker.containers()).filter(own)) {
      const info = await docker.docker.getContainer(name).inspect();
      found.set(`container ${bare(name)}`, comparable(info, nameOf(side)));
    }
    for (const name of (await docker.networks()).filter((each) => /-(front|back)$/.test(each))) {
      if (!own(name)) continue;
      const info = await docker.docker.getNetwork(name).inspect();
      const { Driver, EnableIPv6, IPAM, Internal, Attachable, Options, Labels } = info;
      const network = { Driver, EnableIPv6, IPAM, Internal, Attachable, Options };
      found.set(`network ${bare(name)}`, { ...network, Labels: ownLabels(Labels) });
    }
    for (const name of (await docker.volumes()).filter(own)) {
      const { Driver, Options, Labels } = await docker.docker.getVolume(name).inspect();
      found.set(`volume ${bare(name)}`, { Driver, Options, Labels: ownLabels(Labels) });
    }
    return found;
  }

  it("is the same, field by field, but for names, labels and start", async () => {
    const ours = await everything("ours");
    assert.deepEqual([...ours.keys()].sort(), [...composed.keys()].sort());
    assert.equal(ours.size, 7);
    for (const [name, seen] of composed) assert.deepEqual(ours.get(name), seen, name);
  });

  it("stays as it is in a run after, which has looked at what is there", () => {
    const [, planned = ""] = again.split("Resources:");
    assert.doesNotMatch(planned, /\d+ to /, again);
  });

  it("keeps what came from variables and env files out of Pulumi's state and output, and literals readable", () => {
    const at = output.indexOf(SECRET);
    assert.equal(at === -1 ? "" : output.slice(at - 200, at + 50), "");
    assert.ok(output.includes("LITERAL=readable"));
  });
});

const NAMES_AND_PLACES = {
  compose: { files: [FILE], profiles: [] },
  ...{ repository: "/srv/none", stateDirectory: "/var/none", helperImage: "", application: NAMES },
};

const LABELS_OF_TOOLS = /^(com\.docker\.compose|motovaultpro)\./;

function ownLabels(
  labels: Readonly<Record<string, string>> | null | undefined,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels ?? {}).filter(([label]) => !LABELS_OF_TOOLS.test(label)),
  );
}

/** What two containers of one definition have in common. */
function comparable(info: Docker.ContainerInspectInfo, name: string): unknown {
  const { Config, HostConfig, NetworkSettings, Mounts } = info;
  const { Labels, Env, Hostname, ...config } = Config;
  const { PortBindings, ExtraHosts, Ulimits, SecurityOpt, RestartPolicy, CapAdd, ...host } =
    mappingOf(HostConfig);
  const networks = Object.entries(NetworkSettings.Networks).map(([network, use]) => {
    const { Aliases, IPAMConfig } = use as { Aliases: string[] | null; IPAMConfig: object | null };
    return [
      network.startsWith(name) ? network.slice(name.length + 1) : network,
      {
        Aliases: (Aliases ?? [])
          .filter((alias) => !alias.includes(name) && !info.Id.startsWith(alias))
          .sort(),
        IPAMConfig: IPAMConfig ?? {},
      },
    ] as const;
  });
  return plain({
    Config: {
      ...without(config, ["Image", "AttachStdout", "AttachStderr"]),
      Labels: ownLabels(Labels),
      Env: [...Env].sort(),
      Hostname: info.Id.startsWith(Hostname) ? null : Hostname,
    },
    HostConfig: {
      ...without(host, ["NetworkMode", "Binds", "Mounts"]),
      CapAdd: ((CapAdd as string[] | null) ?? []).map((name) => name.replace(/^CAP_/, "")),
      RestartPolicy: restarts(RestartPolicy),
      ExtraHosts: sorted(ExtraHosts as unknown[] | null),
      SecurityOpt: sorted(SecurityOpt as unknown[] | null),
      Ulimits: sorted(Ulimits as unknown[] | null),
    },
    Ports: Object.fromEntries(
      Object.entries((PortBindings ?? {}) as Record<string, { HostIp: string }[]>).map(
        ([port, bound]) => [
          port,
          // Without an address we publish on those of IPv4 alone (README, "Your Compose files").
          bound.map(({ HostIp }) => (HostIp === "" ? "0.0.0.0" : HostIp)),
        ],
      ),
    ),
    Networks: Object.fromEntries(networks.sort()),
    Mounts: sorted(
      Mounts.map(({ Type, Destination, RW, Driver }) => ({ Type, Destination, RW, Driver })),
    ),
  });
}

/** Without a name it is the one that never restarts. */
function restarts(policy: unknown): unknown {
  return mappingOf(policy).Name === "no" ? {} : policy;
}

/** Where the order says nothing. */
function sorted(values: readonly unknown[] | null): readonly string[] {
  return (values ?? []).map((value) => JSON.stringify(value)).sort();
}

/** The image is named by its id here and by its name there; mounts are compared as Docker resolved them; who attaches is a matter of start. */
function without(value: object, keys: readonly string[]): object {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
}

/** Nothing, an empty list and an empty mapping mean the same to Docker. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(plain);
  if (!isMapping(value)) return value ?? undefined;
  const entries = Object.entries(value).flatMap(([key, entry]) => {
    const kept = plain(entry);
    return kept === undefined || kept === "" || kept === 0 || kept === false ? [] : [[key, kept]];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
