import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, delimiter, join } from "node:path";
import { readModel } from "../../host/compose/read-model";
import {
  composeServiceFields,
  type ComposeModel,
  type ComposeService,
} from "../../plan/compose/model";
import { mergeComposeFiles } from "../../plan/compose/merge";
import { composeMerge } from "../../plan/release/assembly";
import type { Service, Topology } from "../../plan/application/topology";
import { readEnvironment } from "../../demo/environment";
import { APPLICATION, builtImages, STORES, topologyFor } from "../support/application";

const DEMO = join(__dirname, "..", "..", "demo", "application");

/** Phases that have a part of the file, in every combination. */
const COMBINATIONS = [1, 3, 5, 7, 8].reduce<readonly (readonly number[])[]>(
  (all, phase) => [...all, ...all.map((phases) => [...phases, phase])],
  [[]],
);

describe("what Compose makes of docker-compose.yml", function () {
  this.timeout("2m");
  let folder: string;
  let both: { readonly earlier: string; readonly simplified: string };

  before(async () => {
    const { path } = await readEnvironment();
    process.env.PATH = [...path, process.env.PATH].join(delimiter);
    both = {
      earlier: await readFile(join(DEMO, "base", "docker-compose.yml"), "utf8"),
      simplified: await readFile(join(DEMO, "phases", "8", "docker-compose.yml"), "utf8"),
    };
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "compose-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function modelOf(text: string): Promise<ComposeModel> {
    await writeFile(join(folder, "docker-compose.yml"), text);
    return readModel({ folder, files: ["docker-compose.yml"], profiles: [], environment: {} });
  }

  for (const phases of COMBINATIONS) {
    it(`is the topology with phases [${phases.join(", ")}] rolled back`, async () => {
      const topology = topologyFor(phases);
      const scope = { phases, topology };
      const model = await modelOf(
        mergeComposeFiles(both, composeMerge(APPLICATION, scope), STORES),
      );
      assert.deepEqual(factsOf(model), wantedFacts(topology));
    });
  }

  it("takes nothing of the operator's shell, and variables only from .env and from the setting", async () => {
    const text = "services: { web: { image: 'web:${TAG:-none}', environment: { SECRET } } }";
    process.env.TAG = "of the shell";
    process.env.SECRET = "of the shell";
    try {
      assert.equal((await modelOf(text)).services.web?.image, "web:none");
      await writeFile(join(folder, ".env"), "TAG=of-the-file\n");
      const { web } = (await modelOf(text)).services;
      assert.deepEqual([web?.image, web?.environment], ["web:of-the-file", { SECRET: null }]);
      const environment = { TAG: "of-the-setting" };
      const files = ["docker-compose.yml"];
      const set = await readModel({ folder, files, profiles: [], environment });
      assert.equal(set.services.web?.image, "web:of-the-setting");
    } finally {
      delete process.env.TAG;
      delete process.env.SECRET;
    }
  });

  it("has every field that is applied, in Compose's own words, and paths of the release", async () => {
    await writeFile(join(folder, "every.env"), "FROM_FILE=1\n");
    const text = await readFile(join(__dirname, "every-field.yml"), "utf8");
    await writeFile(join(folder, "docker-compose.yml"), text);
    const files = ["docker-compose.yml"];
    const model = await readModel({ folder, files, profiles: ["more"], environment: {} });
    const { every, limited, other } = model.services;
    const wanted = Object.keys(composeServiceFields).filter((field) => field !== "privileged");
    const found = [every, limited, other].flatMap((service) => Object.keys(service ?? {}));
    assert.deepEqual([...new Set(found)].sort(), wanted.sort());
    assert.deepEqual(every?.build, {
      context: "every",
      dockerfile: "Dockerfile.every",
      args: { LEVEL: "3" },
      target: "final",
      additional_contexts: { shared: "shared" },
    });
    const environment = { FLAG: "true", FROM_FILE: "1", NUMBER: "3", PASSED: null, PLAIN: "text" };
    assert.deepEqual(every.environment, environment);
    const binds = every.volumes?.flatMap((mount) => (mount.type === "bind" ? [mount.source] : []));
    assert.deepEqual(binds, ["config/every.yml", "/var/run/docker.sock"]);
    assert.equal(model.secrets.key?.file, "secrets/key.txt");
    assert.equal(model.configs.settings?.file, "config/settings.json");
  });

  it("keeps what its author has named like an extension, or refuses what Compose loses", async () => {
    const service = (labels: string) =>
      `services: { x-web: { image: web, x-own: dropped, labels: ${labels} } }`;
    const { "x-web": web } = (await modelOf(service("[x-note=kept]"))).services;
    assert.deepEqual(web?.labels, { "x-note": "kept" });
    await assert.rejects(
      modelOf(service("{ x-note: lost }")),
      /services\.x-web\.labels: has a name that begins with x-/,
    );
  });

  it("is refused by the path of each field that is not applied", async () => {
    const text = `
services:
  web: { image: web, x-note: kept, cgroup_parent: other, scale: 3 }
networks: { default: { driver: bridge } }`;
    await assert.rejects(modelOf(text), (error: Error) => {
      assert.match(error.message, /^cannot read the application's Compose files: 2 problems/);
      assert.match(error.message, /services\.web\.cgroup_parent: is a field of Compose that/);
      assert.match(error.message, /services\.web\.scale: has a value that this program does not/);
      return true;
    });
  });

  it("cannot be read without a Compose that is new enough", async () => {
    const { PATH } = process.env;
    try {
      process.env.PATH = folder;
      await assert.rejects(
        modelOf("services: {}"),
        /Docker Compose 2\.20\.0 or newer is needed: found neither docker compose nor docker-compose/,
      );
      await writeFile(join(folder, "docker-compose"), "#!/bin/sh\necho 2.9.0\n", { mode: 0o755 });
      await assert.rejects(
        modelOf("services: {}"),
        /Docker Compose 2\.20\.0 or newer is needed: found docker-compose 2\.9\.0; install/,
      );
    } finally {
      process.env.PATH = PATH;
    }
  });

  it("is refused in Compose's own words where Compose refuses the file", async () => {
    await assert.rejects(
      modelOf("services: { web: { image: web, depends_on: [none] } }"),
      /docker-compose\.yml: Compose refuses it\n.*web.* depends on undefined service .*none/,
    );
  });
});

interface Facts {
  readonly services: Readonly<Record<string, object>>;
  readonly networks: Readonly<Record<string, boolean>>;
}

function wantedFacts({ services, networks }: Topology): Facts {
  return {
    services: Object.fromEntries(
      services.map((service) => [
        service.name,
        {
          image: imageOf(service),
          command: service.command ?? [],
          environment: service.environment,
          networks: [...service.networks].sort(),
          mounts: [
            ...service.mounts.map(({ path, target }) => `${path}:${target}:ro`),
            ...service.volumes.map(({ volume, target }) => `${volume}:${target}`),
          ].sort(),
          ports: service.ports.map(({ container }) => container),
        },
      ]),
    ),
    networks: Object.fromEntries(networks.map(({ name, internal }) => [name, internal])),
  };
}

function imageOf({ image }: Service): string {
  if (image.kind === "thirdParty") return image.image;
  return builtImages.find(({ name }) => name === image.image)?.context ?? image.image;
}

function factsOf({ services, networks }: ComposeModel): Facts {
  const nameOf = (key: string): string => networks[key]?.name ?? key;
  return {
    services: Object.fromEntries(
      Object.values(services).map((service) => [
        service.container_name ?? "",
        {
          image: service.build?.context ?? basename(service.image ?? "").split(":")[0],
          command: service.command ?? [],
          environment: service.environment ?? {},
          networks: Object.keys(service.networks ?? {})
            .map(nameOf)
            .sort(),
          mounts: (service.volumes ?? []).map(mountText).sort(),
          ports: (service.ports ?? []).map(({ target }) => target),
        },
      ]),
    ),
    networks: Object.fromEntries(
      Object.values(networks).map(({ name, internal = false }) => [name, internal]),
    ),
  };
}

function mountText(mount: NonNullable<ComposeService["volumes"]>[number]): string {
  const source = mount.type === "tmpfs" ? "tmpfs" : (mount.source ?? "anonymous");
  const readOnly = mount.type !== "tmpfs" && mount.read_only === true;
  return `${source}:${mount.target}${readOnly ? ":ro" : ""}`;
}
