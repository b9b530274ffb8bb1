import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type ComposeFiles, composeMerge, mergeComposeFiles } from "../../plan/compose/merge/merge";
import { ALL_PHASES, DESCRIPTION } from "../support/application";
import { keys, type Options, read, type Service, service } from "../support/compose-text";

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
