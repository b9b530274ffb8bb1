import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Description, Effect } from "../../plan/application/description";
import { type ComposeFiles, composeMerge, mergeComposeFiles } from "../../plan/compose/merge/merge";
import { ALL_PHASES, DESCRIPTION } from "../support/application";

const DEMO = join(__dirname, "..", "..", "demo", "application");
const EARLIER = readFileSync(join(DEMO, "base", "docker-compose.yml"), "utf8");
const SIMPLIFIED = readFileSync(join(DEMO, "phases", "8", "docker-compose.yml"), "utf8");

/** Phases that have a part of the file, in every combination. */
const COMBINATIONS = [1, 3, 5, 7, 8].reduce<readonly (readonly number[])[]>(
  (all, phase) => [...all, ...all.map((phases) => [...phases, phase])],
  [[]],
);

function merged(phases: readonly number[], files: Partial<ComposeFiles> = {}): string {
  const both = { earlier: EARLIER, simplified: SIMPLIFIED, ...files };
  return mergeComposeFiles(both, phases, DESCRIPTION);
}

type Options = Readonly<Record<string, unknown>> | null;

interface Service {
  readonly networks?: readonly string[] | Readonly<Record<string, Options>>;
  readonly volumes?: readonly (string | { readonly source: string; readonly target: string })[];
  readonly depends_on?: readonly string[] | Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

interface File {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks?: Readonly<Record<string, Options>>;
  readonly volumes?: Readonly<Record<string, Options>>;
  readonly secrets?: Readonly<Record<string, Options>>;
  readonly configs?: Readonly<Record<string, Options>>;
}

function read(text: string): File {
  return parse(text.replaceAll("${NAME_PREFIX:-}", ""), { merge: true }) as File;
}

function service(text: string, name: string): Service {
  const found = read(text).services[name];
  assert.ok(found, `no service "${name}"`);
  return found;
}

function keys(list: readonly string[] | Readonly<Record<string, unknown>> = []): string[] {
  return Array.isArray(list) ? [...(list as readonly string[])] : Object.keys(list);
}

/** `source:target` of what it writes. */
function writable({ volumes = [] }: Service): string[] {
  return volumes
    .map((mount) => (typeof mount === "string" ? mount : `${mount.source}:${mount.target}`))
    .filter((mount) => !mount.endsWith(":ro"));
}

/** A file as a person would tell it: networks by their names at Docker, services with their networks and what they write. */
function told(text: string): unknown {
  const { services, networks = {}, volumes = {} } = read(text);
  return {
    networks: Object.values(networks).map((network) => network?.name),
    volumes: Object.keys(volumes).sort(),
    services: Object.fromEntries(
      Object.entries(services).map(([name, each]) => [
        name,
        [keys(each.networks).sort().join(" "), ...writable(each)].join(", "),
      ]),
    ),
  };
}

const SIMPLIFIED_NETWORKS = [
  "motovaultpro_frontend",
  "motovaultpro_backend",
  "motovaultpro_database",
];
const EARLIER_NETWORKS = [
  "admin_frontend",
  "admin_backend",
  "admin_database",
  "admin_platform",
  "admin_egress",
];
const POSTGRES = "/var/lib/postgresql/data";
const DOCUMENTS = "./data/documents:/app/data/documents";
const SIMPLIFIED_SERVICES = {
  "mvp-traefik": "backend frontend",
  "mvp-frontend": "frontend",
  "mvp-backend": `backend database, ${DOCUMENTS}`,
  "mvp-postgres": `database, mvp_postgres_data:${POSTGRES}`,
  "mvp-redis": "database, mvp_redis_data:/data",
};
const PLATFORM = { "mvp-platform": "backend database" };

describe("docker-compose.yml with some phases rolled back", () => {
  it("stays as it is, byte for byte, at both ends", () => {
    assert.equal(merged([]), SIMPLIFIED);
    assert.equal(merged([2, 4, 6, 9, 10, 11]), SIMPLIFIED);
    assert.equal(merged(ALL_PHASES), EARLIER);
    assert.equal(merged([1, 3]), EARLIER);
    assert.deepEqual(composeMerge(DESCRIPTION, [2]), { base: "simplified", unchanged: true });
    assert.deepEqual(composeMerge(DESCRIPTION, [3]), { base: "simplified", unchanged: false });
    assert.deepEqual(composeMerge(DESCRIPTION, [1, 5]), { base: "earlier", unchanged: false });
    assert.deepEqual(composeMerge(DESCRIPTION, [1, 3]), { base: "earlier", unchanged: true });
  });

  it("has the object store again, and a backend without a folder for documents (phase 3)", () => {
    assert.deepEqual(told(merged([3])), {
      networks: SIMPLIFIED_NETWORKS,
      volumes: ["admin_minio_data", "mvp_postgres_data", "mvp_redis_data"],
      services: {
        ...SIMPLIFIED_SERVICES,
        ...PLATFORM,
        "mvp-backend": "backend database",
        "admin-minio": "backend, admin_minio_data:/data",
      },
    });
    assert.deepEqual(service(merged([3]), "mvp-backend").depends_on, [
      ...["mvp-postgres", "mvp-redis", "mvp-platform", "admin-minio"],
    ]);
  });

  it("has the five networks again, and every service where the description places it (phase 5)", () => {
    assert.deepEqual(told(merged([5])), {
      networks: EARLIER_NETWORKS,
      volumes: ["mvp_postgres_data", "mvp_redis_data"],
      services: {
        ...SIMPLIFIED_SERVICES,
        "mvp-backend": `backend database egress frontend platform, ${DOCUMENTS}`,
        "mvp-platform": "backend database platform",
      },
    });
  });

  it("has the earlier volume under the simplified database (phase 7)", () => {
    assert.deepEqual(told(merged([7])), {
      networks: SIMPLIFIED_NETWORKS,
      volumes: ["admin_postgres_data", "mvp_redis_data"],
      services: {
        ...SIMPLIFIED_SERVICES,
        ...PLATFORM,
        "mvp-postgres": `database, admin_postgres_data:${POSTGRES}`,
      },
    });
  });

  it("has the four platform services instead of the one (phase 8)", () => {
    assert.deepEqual(told(merged([8])), {
      networks: SIMPLIFIED_NETWORKS,
      volumes: [
        "mvp_platform_vehicles_db_data",
        "mvp_platform_vehicles_redis_data",
        "mvp_postgres_data",
        "mvp_redis_data",
      ],
      services: {
        ...SIMPLIFIED_SERVICES,
        "mvp-platform-vehicles-api": "backend database",
        "mvp-platform-vehicles-db": `database, mvp_platform_vehicles_db_data:${POSTGRES}`,
        "mvp-platform-vehicles-redis": "database, mvp_platform_vehicles_redis_data:/data",
        "mvp-platform-vehicles-etl": "backend database",
      },
    });
  });

  it("has the whole earlier side, with a folder where the code keeps documents as files (phase 1)", () => {
    assert.deepEqual(told(merged([1])), {
      networks: EARLIER_NETWORKS,
      volumes: [
        "admin_minio_data",
        "admin_postgres_data",
        "admin_redis_data",
        "mvp_platform_vehicles_db_data",
        "mvp_platform_vehicles_redis_data",
        "platform_postgres_data",
        "platform_redis_data",
      ],
      services: {
        traefik: "frontend",
        "admin-frontend": "frontend",
        "admin-backend": `backend database egress frontend platform, ${DOCUMENTS}`,
        "admin-postgres": `database, admin_postgres_data:${POSTGRES}`,
        "admin-redis": "database, admin_redis_data:/data",
        "admin-minio": "backend, admin_minio_data:/data",
        "mvp-platform-landing": "frontend",
        "mvp-platform-tenants": "frontend platform",
        "mvp-platform-vehicles-api": "backend platform",
        "platform-postgres": `platform, platform_postgres_data:${POSTGRES}`,
        "platform-redis": "platform, platform_redis_data:/data",
        "mvp-platform-vehicles-db": `platform, mvp_platform_vehicles_db_data:${POSTGRES}`,
        "mvp-platform-vehicles-redis": "platform, mvp_platform_vehicles_redis_data:/data",
        "mvp-platform-vehicles-etl": "egress platform",
      },
    });
    for (const phases of [
      [1, 5],
      [1, 7],
      [1, 8],
      [1, 5, 7, 8],
    ]) {
      assert.equal(merged(phases), merged([1]), "part of the whole anyway");
    }
  });

  it("has all the parts of several phases (phases 3, 5, 7 and 8)", () => {
    assert.deepEqual(told(merged([3, 5, 7, 8])), {
      networks: EARLIER_NETWORKS,
      volumes: [
        "admin_minio_data",
        "admin_postgres_data",
        "mvp_platform_vehicles_db_data",
        "mvp_platform_vehicles_redis_data",
        "mvp_redis_data",
      ],
      services: {
        ...SIMPLIFIED_SERVICES,
        "mvp-backend": "backend database egress frontend platform",
        "mvp-postgres": `database, admin_postgres_data:${POSTGRES}`,
        "admin-minio": "backend, admin_minio_data:/data",
        "mvp-platform-vehicles-api": "backend platform",
        "mvp-platform-vehicles-db": `platform, mvp_platform_vehicles_db_data:${POSTGRES}`,
        "mvp-platform-vehicles-redis": "platform, mvp_platform_vehicles_redis_data:/data",
        "mvp-platform-vehicles-etl": "egress platform",
      },
    });
  });

  for (const phases of COMBINATIONS) {
    it(`names nothing that is not there with phases [${phases.join(", ")}]`, () => {
      const { services, networks = {}, volumes = {} } = read(merged(phases));
      const used = Object.values(services)
        .flatMap(writable)
        .map((mount) => mount.split(":")[0] ?? "")
        .filter((source) => !source.startsWith("."));
      assert.deepEqual(Object.keys(volumes).sort(), used.sort());
      for (const [name, each] of Object.entries(services)) {
        for (const key of keys(each.networks)) assert.ok(key in networks, `${name}: ${key}`);
        for (const other of keys(each.depends_on))
          assert.ok(other in services, `${name}: ${other}`);
      }
      const edges = Object.keys(services).filter((name) => /^(mvp-)?traefik$/.test(name));
      assert.equal(edges.length, 1);
    });
  }

  it("lets code of either side find a service by the name that it knows", () => {
    const aliases = (text: string, name: string): unknown =>
      Object.values(service(text, name).networks ?? {}).map((options: Options) => options?.aliases);
    assert.deepEqual(aliases(merged([3]), "mvp-traefik"), [["traefik"], ["traefik"]]);
    assert.deepEqual(aliases(merged([1]), "admin-postgres"), [["mvp-postgres"]]);
    assert.deepEqual(aliases(merged([8]), "mvp-platform-vehicles-api"), [
      ["mvp-platform"],
      ["mvp-platform"],
    ]);
    assert.deepEqual(service(merged([3]), "admin-minio").networks, ["backend"]);
  });

  it("keeps the comments and the order of what stays", () => {
    const simplified = SIMPLIFIED.replace(
      "  mvp-redis:",
      "  # sessions only\n  mvp-redis:",
    ).replace(/(mvp_postgres_data:\/var\S*)/, "$1 # the cluster");
    const text = merged([3, 5, 7], { simplified });
    assert.match(text, /# sessions only\n {2}mvp-redis:/);
    assert.match(text, /- admin_postgres_data:\/var\/lib\/postgresql\/data # the cluster\n/);
    assert.ok(text.startsWith("# MotoVaultPro: 6 containers on 3 networks."));
    assert.deepEqual(text.match(/^[a-z-]+:/gm), [
      ...["name:", "x-service:", "x-postgres:", "x-redis:"],
      ...["services:", "networks:", "volumes:"],
    ]);
    assert.deepEqual(Object.keys(read(text).services), [
      ...["mvp-traefik", "mvp-frontend", "mvp-backend", "mvp-postgres", "mvp-redis"],
      ...["mvp-platform", "admin-minio"],
    ]);
    const untouched = /^x-service:[\s\S]*?(?=^services:)/m;
    assert.equal(untouched.exec(text)?.[0], untouched.exec(SIMPLIFIED)?.[0]);
  });

  it("writes an alias out where the other file's anchor says something else", () => {
    const simplified = SIMPLIFIED.replace("restart: unless-stopped", "restart: always");
    const text = merged([3], { simplified });
    assert.match(text.slice(text.indexOf("admin-minio:")), /restart: unless-stopped/);
    assert.equal(service(text, "admin-minio").restart, "unless-stopped");
    assert.equal(service(text, "mvp-redis").restart, "always");
    assert.match(merged([3]), /admin-minio:\n {4}<<: \*service\n/);
  });

  it("names what neither file has", () => {
    const without = (name: string): string => EARLIER.replace(`  ${name}:\n`, "  renamed:\n");
    assert.throws(
      () => merged([3], { earlier: without("admin-minio") }),
      /^Error: docker-compose\.yml: neither file has "admin-minio" in "services"$/,
    );
    assert.throws(
      () => merged([3], { earlier: without("admin_minio_data") }),
      /^Error: docker-compose\.yml: neither file has "admin_minio_data" in "volumes"$/,
    );
    assert.throws(
      () => merged([8], { simplified: SIMPLIFIED.replace("  database:\n", "  renamed:\n") }),
      /the simplified file has no network "database", on which the description places "mvp-platform-vehicles-api"/,
    );
    assert.throws(
      () => merged([7], { simplified: SIMPLIFIED.replaceAll("mvp_postgres_data", "other_data") }),
      /"mvp-postgres" mounts no volume in whose place "admin_postgres_data" could come back/,
    );
    assert.throws(
      () => merged([3], { simplified: "services: [" }),
      /^Error: docker-compose\.yml: /,
    );
  });
});

/** An application with other names: what effects do to files that the demo's are not like. */
describe("a Compose file that names services, volumes and secrets in other ways", () => {
  const BACK = { services: { back: ["old-api"], instead: ["api"] } };
  const OTHER = `
services:
  old-api: { image: old, networks: [inner], volumes: ["store:/s:ro"] }
  old-web: { image: old, networks: { outer: { aliases: [www] } } }
  old-db: { image: old, networks: { inner: { ipv4_address: 10.1.0.9 } } }
networks: { outer: , inner: { internal: true } }
volumes: { store: , old_data: { name: old } }
`;

  function describes(effect: Partial<Effect>): Description {
    const [phase] = DESCRIPTION.phases;
    assert.ok(phase);
    return {
      ...DESCRIPTION,
      roles: { edge: "old-web", backend: "old-api", objectStore: "objects" },
      counterparts: {
        services: { "old-web": "web", "old-api": "api", "old-db": "db" },
        volumes: { old_data: "data" },
      },
      stores: { old_data: "postgres", data: "postgres", files: "documents" },
      placements: { "pre-simplification": {}, simplified: {} },
      phases: [{ ...phase, number: 1, effect }],
    };
  }

  function mergedWith(effect: Partial<Effect>, simplified: string, earlier = OTHER): string {
    return mergeComposeFiles({ earlier, simplified }, [1], describes(effect));
  }

  it("depends on what stands for a service that is gone, in both forms, each once", () => {
    const text = mergedWith(
      BACK,
      `
services:
  api: { image: api }
  web:
    image: web
    depends_on: [api, db] # both
  db: { image: db, depends_on: [gone] }
  job:
    image: job
    depends_on:
      # first
      api: { condition: service_healthy, restart: true }
      gone: { condition: service_started }
      db: { condition: service_completed_successfully }
  both: { image: both, depends_on: [old-api, api, api] }
  own: { image: own, depends_on: { old-api: { restart: true }, api: { restart: false } } }
`,
      OTHER.replace("networks: [inner]", "networks: [inner], depends_on: { old-db: {}, db: null }"),
    );
    assert.deepEqual(service(text, "web").depends_on, ["old-api", "db"]);
    assert.deepEqual(service(text, "job").depends_on, {
      "old-api": { condition: "service_healthy", restart: true },
      db: { condition: "service_completed_successfully" },
    });
    assert.deepEqual(service(text, "both").depends_on, ["old-api"]);
    assert.deepEqual(service(text, "own").depends_on, { "old-api": { restart: true } });
    assert.deepEqual(service(text, "old-api").depends_on, { db: null });
    assert.equal("depends_on" in service(text, "db"), false);
    assert.match(text, /depends_on: \[old-api, db\] # both/);
    assert.match(text, /# first\n {6}old-api:/);
  });

  it("joins the namespace of what stands for a service that is gone, and refuses where nothing does", () => {
    const simplified = `
services:
  api: { image: api }
  gone: { image: gone }
  side:
    image: side
    network_mode: service:api # beside it
    ipc: service:api
    pid: service:\${PEER}
    links: [api:backend, "api"]
    volumes_from: [api:ro, "container:api"]
`;
    const side = service(mergedWith(BACK, simplified), "side");
    assert.equal(side.network_mode, "service:old-api");
    assert.equal(side.ipc, "service:old-api");
    assert.equal(side.pid, "service:${PEER}");
    assert.deepEqual(side.links, ["old-api:backend", "old-api"]);
    assert.deepEqual(side.volumes_from, ["old-api:ro", "container:api"]);
    assert.equal("networks" in side, false);
    assert.match(mergedWith(BACK, simplified), /network_mode: service:old-api # beside it/);
    for (const [field, value] of [
      ["network_mode", "service:gone"],
      ["pid", "service:gone"],
      ["links", "[gone:g]"],
      ["volumes_from", "[gone]"],
    ] as const) {
      const effect = { services: { back: ["old-api"], instead: ["api", "gone"] } };
      const text = `services: { gone: {}, api: {}, side: { ${field}: "${value}" } }`;
      assert.throws(
        () => mergedWith(effect, text.replace(/"(\[.*\])"/, "$1")),
        new RegExp(`"${field}" of "side" names "gone", which is not in the merged file`),
      );
    }
  });

  it("stands where its counterpart stands if the description does not say, options included", () => {
    const text = mergedWith(
      { networks: true },
      `
services:
  web: { image: web, networks: { front: { aliases: [site] } } }
  db:
    image: db
    networks:
      - back # inner
  job: { image: job, networks: [back] }
  cron: { image: cron }
# of the simplification
networks: { front: , back: }
volumes: { unused: }
`,
    );
    assert.deepEqual(service(text, "web").networks, {
      outer: { aliases: ["www", "site", "old-web"] },
    });
    assert.deepEqual(service(text, "db").networks, {
      inner: { ipv4_address: "10.1.0.9", aliases: ["old-db"] },
    });
    assert.deepEqual(service(text, "job").networks, ["back"]);
    assert.doesNotMatch(text, /\w:,/, "Compose would have the colon in the key");
    assert.equal("networks" in service(text, "cron"), false);
    const { networks, volumes } = read(text);
    assert.deepEqual(networks, { outer: null, inner: { internal: true }, back: null });
    assert.deepEqual(volumes, { unused: null });
    assert.doesNotMatch(text, /of the simplification/);
    const beside = mergedWith(
      { services: { back: ["old-db"], instead: [] } },
      "services: { db: { image: db, networks: { back: { ipv4_address: 10.0.0.9 } } } }\nnetworks: { back: }",
    );
    assert.deepEqual(
      service(beside, "old-db").networks,
      { back: null },
      "an address is one's only",
    );
  });

  it("has its counterpart's alias on every network, the default one included, and none twice", () => {
    const text = mergedWith(
      { volumes: [{ service: "db", volume: "old_data" }] },
      `
services:
  api: { image: api }
  web:
    image: web
    networks:
      front: # public
      back: { aliases: [old-web, site], priority: 5 }
  db:
    image: db
    networks:
      - front # inner
    volumes: [{ type: volume, source: data, target: /d, read_only: true }]
networks: { front: , back: }
volumes: { data: }
`,
    );
    assert.deepEqual(service(text, "api").networks, { default: { aliases: ["old-api"] } });
    assert.deepEqual(service(text, "web").networks, {
      front: { aliases: ["old-web"] },
      back: { aliases: ["old-web", "site"], priority: 5 },
    });
    assert.match(text, /# public/);
    assert.match(text, / {6}# inner\n {6}front:\n {8}aliases:/);
    assert.deepEqual(service(text, "db").volumes, [
      { type: "volume", source: "old_data", target: "/d", read_only: true },
    ]);
    assert.deepEqual(read(text).volumes, { old_data: { name: "old" } });
  });

  it("brings the networks, volumes, secrets and configs that a service uses", () => {
    const earlier = `
services:
  tool:
    image: tool
    build: { context: ., secrets: [at-build] }
    networks: [inner]
    volumes: ["store:/s", "\${STATE:-./state}:/state", "/srv:/srv", "/anonymous"]
    secrets: [token, { source: password, target: pw }]
    configs: [settings]
networks: { inner: { internal: true } }
volumes: { store: { driver: local } }
secrets:
  # to sign with
  token: { file: ./token }
  password: { file: ./password }
  at-build: { environment: TOKEN }
  unused: { file: ./unused }
configs:
  settings: { file: ./settings }
`;
    const simplified = `
services:
  api: { image: api, volumes: ["cache:/cache"] }
volumes: { cache: , kept: }
secrets: { password: { file: ./password } }
`;
    const { networks, volumes, secrets, configs } = read(
      mergedWith({ services: { back: ["tool"], instead: [] } }, simplified, earlier),
    );
    assert.deepEqual(networks, { inner: { internal: true } });
    assert.deepEqual(volumes, { cache: null, kept: null, store: { driver: "local" } });
    assert.deepEqual(secrets, {
      password: { file: "./password" },
      "at-build": { environment: "TOKEN" },
      token: { file: "./token" },
    });
    assert.deepEqual(configs, { settings: { file: "./settings" } });
    const instead = { services: { back: ["tool"], instead: ["api"] } };
    const without = read(mergedWith(instead, simplified, earlier));
    assert.deepEqual(without.volumes, { kept: null, store: { driver: "local" } });
    const last = "services: { api: { image: api, volumes: ['cache:/c'] } }\nvolumes: { cache: }";
    const old = "services: { old-api: { image: old } }";
    assert.equal("volumes" in read(mergedWith(BACK, last, old)), false);
  });

  it("refuses a secret or a volume that is not the same in both files", () => {
    const earlier = `
services: { old-api: { image: old, secrets: [token], volumes: ["store:/s"] } }
volumes: { store: { name: old } }
secrets: { token: { file: ./old-token } }
`;
    const simplified = "services: { api: { image: api } }";
    assert.throws(
      () => mergedWith(BACK, `${simplified}\nsecrets: { token: { file: ./token } }`, earlier),
      /^Error: docker-compose\.yml: "token" in "secrets" is not the same in both files, and "old-api" comes back with the earlier one$/,
    );
    assert.throws(
      () => mergedWith(BACK, `${simplified}\nvolumes: { store: { name: new } }`, earlier),
      /"store" in "volumes" is not the same in both files/,
    );
    assert.throws(
      () =>
        mergedWith(
          { volumes: [{ service: "db", volume: "old_data" }] },
          "services: { db: { image: db, volumes: ['data:/d'] } }\nvolumes: { data: , old_data: }",
        ),
      /"old_data" in "volumes" is not the same in both files/,
    );
    const same = `${simplified}\nvolumes: { store: { name: old } }`;
    assert.deepEqual(read(mergedWith(BACK, same, earlier)).volumes, { store: { name: "old" } });
  });

  it("keeps what a service has through an anchor or a merge of one that changes or goes", () => {
    const text = mergedWith(
      { ...BACK, volumes: [{ service: "db", volume: "old_data" }] },
      `
x-nets: &nets [front] # shared
x-lonely: &lonely { depends_on: [gone] }
x-needs: &needs { depends_on: [gone, api] }
services:
  api: &api
    image: api
    environment: &env { A: "1" }
    volumes: [cache:/cache]
  job:
    <<: *api
    environment: *env
  db: &db
    image: db
    volumes: &mounts [data:/d]
    networks: *nets
    depends_on: [gone]
  replica: { <<: *db, command: [replica] }
  reader: { image: reader, volumes: *mounts, networks: *nets }
  web: { image: web, networks: &own [front] }
  beside: { image: beside, networks: *own }
  waits: { <<: *needs, image: waits }
  needs: { <<: *lonely, image: needs }
networks: { front: }
volumes: { data: , cache: }
`,
    );
    const { services, volumes } = read(text);
    assert.deepEqual(services.job, {
      image: "api",
      environment: { A: "1" },
      volumes: ["cache:/cache"],
    });
    assert.deepEqual(services.db?.volumes, ["old_data:/d"]);
    assert.deepEqual(services.replica?.volumes, ["data:/d"]);
    assert.deepEqual(services.replica.networks, ["front"]);
    assert.deepEqual(services.reader?.volumes, ["data:/d"]);
    assert.deepEqual(keys(services.db.networks), ["front"]);
    assert.deepEqual(services.web?.networks, { front: { aliases: ["old-web"] } });
    assert.deepEqual(services.beside?.networks, ["front"]);
    assert.deepEqual(services.waits?.depends_on, ["old-api"]);
    assert.deepEqual(services.needs?.depends_on, []);
    assert.deepEqual(Object.keys(volumes ?? {}).sort(), ["cache", "data", "old_data", "store"]);
    assert.match(text, /x-nets: &nets \[front\] # shared/);
    assert.match(text, /reader: \{image: reader, .*networks: \*nets\}/);
  });

  it("takes no anchor along that the file has with other content", () => {
    const text = mergedWith(
      BACK,
      "services: { api: { image: api }, job: &x { image: job } }\nx-later: *x\n",
      "services:\n  old-api:\n    image: old\n    labels: &x { a: b }\n    environment: *x\n",
    );
    assert.deepEqual(service(text, "old-api").environment, { a: "b" });
    assert.deepEqual((read(text) as unknown as Record<string, unknown>)["x-later"], {
      image: "job",
    });
  });

  it("needs the object store where documents are objects, and the folder where they are files", () => {
    const simplified = `
services:
  api: { image: api, volumes: [{ type: bind, source: ./files, target: /files }] }
  objects: { image: minio }
`;
    const objects = service(mergedWith({ documentsAsObjects: true }, simplified), "api");
    assert.equal("volumes" in objects, false);
    assert.deepEqual(objects.depends_on, ["objects"]);
    const earlier = `
services:
  old-api: { image: old, depends_on: { objects: { condition: service_healthy } } }
  objects: { image: minio }
`;
    const { phases, ...rest } = describes({ whole: true });
    const second = { ...phases[0], number: 2, effect: { documentsAsObjects: true } };
    const description = { ...rest, phases: [...phases, second] } as Description;
    const text = mergeComposeFiles({ earlier, simplified }, [1], description);
    assert.deepEqual(service(text, "old-api").volumes, [
      { type: "bind", source: "./files", target: "/files" },
    ]);
    assert.equal("depends_on" in service(text, "old-api"), false);
    assert.equal(mergeComposeFiles({ earlier, simplified }, [1, 2], description), earlier);
  });
});
