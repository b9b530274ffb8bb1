import assert from "node:assert/strict";
import { edgeOf } from "../../plan/application/topologies";
import {
  ALL_PHASES,
  EDGE_NAMES,
  STORES,
  topologyFor,
  topologyOfStack,
} from "../support/application";
import type { Topology } from "../../plan/application/topology";
import { knownAs, names, networksOf, serviceOf } from "../support/topology";

const EARLIER_CONTAINERS = [
  "admin-backend",
  "admin-frontend",
  "admin-minio",
  "admin-postgres",
  "admin-redis",
  "mvp-platform-landing",
  "mvp-platform-tenants",
  "mvp-platform-vehicles-api",
  "mvp-platform-vehicles-db",
  "mvp-platform-vehicles-etl",
  "mvp-platform-vehicles-redis",
  "platform-postgres",
  "platform-redis",
  "traefik",
];

describe("topologyFor", () => {
  describe("at its two ends", () => {
    it("gives exactly the 6 containers on 3 networks with no phase rolled back", () => {
      const topology = topologyFor([]);
      assert.deepEqual(membership(topology), {
        "mvp-traefik": ["motovaultpro_frontend", "motovaultpro_backend"],
        "mvp-frontend": ["motovaultpro_frontend"],
        "mvp-backend": ["motovaultpro_backend", "motovaultpro_database"],
        "mvp-postgres": ["motovaultpro_database"],
        "mvp-redis": ["motovaultpro_database"],
        "mvp-platform": ["motovaultpro_backend", "motovaultpro_database"],
      });
      assert.deepEqual(networkFacts(topology), [
        ["motovaultpro_frontend", false],
        ["motovaultpro_backend", false],
        ["motovaultpro_database", true],
      ]);
      assert.deepEqual(volumesOf(topology), {
        "mvp-backend": ["data/documents"],
        "mvp-postgres": ["mvp_postgres_data"],
        "mvp-redis": ["mvp_redis_data"],
      });
      assert.deepEqual(
        topology.volumes.map((volume) => volume.name),
        ["mvp_postgres_data", "mvp_redis_data", "data/documents"],
      );
      assert.deepEqual(topology, topologyOfStack("simplified"));
    });

    it("gives exactly the 14 containers on 5 networks with all phases rolled back", () => {
      const topology = topologyFor(ALL_PHASES);
      assert.deepEqual(membership(topology), {
        traefik: ["admin_frontend"],
        "admin-frontend": ["admin_frontend"],
        "admin-backend": [
          "admin_frontend",
          "admin_backend",
          "admin_database",
          "admin_platform",
          "admin_egress",
        ],
        "admin-postgres": ["admin_database"],
        "admin-redis": ["admin_database"],
        "admin-minio": ["admin_backend"],
        "mvp-platform-landing": ["admin_frontend"],
        "mvp-platform-tenants": ["admin_frontend", "admin_platform"],
        "platform-postgres": ["admin_platform"],
        "platform-redis": ["admin_platform"],
        "mvp-platform-vehicles-api": ["admin_backend", "admin_platform"],
        "mvp-platform-vehicles-db": ["admin_platform"],
        "mvp-platform-vehicles-redis": ["admin_platform"],
        "mvp-platform-vehicles-etl": ["admin_platform", "admin_egress"],
      });
      assert.deepEqual(networkFacts(topology), [
        ["admin_frontend", false],
        ["admin_backend", true],
        ["admin_database", true],
        ["admin_platform", true],
        ["admin_egress", false],
      ]);
      assert.deepEqual(volumesOf(topology), {
        "admin-postgres": ["admin_postgres_data"],
        "admin-redis": ["admin_redis_data"],
        "admin-minio": ["admin_minio_data"],
        "platform-postgres": ["platform_postgres_data"],
        "platform-redis": ["platform_redis_data"],
        "mvp-platform-vehicles-db": ["mvp_platform_vehicles_db_data"],
        "mvp-platform-vehicles-redis": ["mvp_platform_vehicles_redis_data"],
      });
      assert.deepEqual(names(topology).sort(), EARLIER_CONTAINERS);
      assert.deepEqual(topology, topologyOfStack("pre-simplification"));
    });

    it("knows each end's edge by name and gives only it host ports", () => {
      for (const stack of ["pre-simplification", "simplified"] as const) {
        const topology = topologyOfStack(stack);
        assert.equal(edgeOf(topology).name, EDGE_NAMES[stack]);
        assert.deepEqual(
          edgeOf(topology).ports.map((port) => [port.host, port.container]),
          [
            [80, 80],
            [443, 443],
            [8080, 8080],
          ],
        );
      }
    });
  });

  describe("with one phase rolled back", () => {
    it("phase 1 sets the whole earlier topology and leaves the documents where its code keeps them", () => {
      const topology = topologyFor([1]);
      assert.deepEqual(names(topology).sort(), EARLIER_CONTAINERS);
      assert.equal(topology.networks.length, 5);
      assert.deepEqual(serviceOf(topology, "admin-backend").volumes, [
        { volume: "data/documents", target: "/app/data/documents" },
      ]);
      assert.ok(!serviceOf(topology, "admin-backend").dependsOn.includes("admin-minio"));
    });

    it("phase 3 adds MinIO and takes the documents folder from the backend", () => {
      const topology = topologyFor([3]);
      assert.deepEqual(names(topology), [...names(topologyFor([])), "admin-minio"]);
      assert.deepEqual(membership(topology)["admin-minio"], ["motovaultpro_backend"]);
      assert.deepEqual(serviceOf(topology, "mvp-backend").volumes, []);
      assert.ok(serviceOf(topology, "mvp-backend").dependsOn.includes("admin-minio"));
    });

    it("phase 5 puts the six containers on the five networks", () => {
      const topology = topologyFor([5]);
      assert.deepEqual(membership(topology), {
        "mvp-traefik": ["admin_frontend", "admin_backend"],
        "mvp-frontend": ["admin_frontend"],
        "mvp-backend": [
          "admin_frontend",
          "admin_backend",
          "admin_database",
          "admin_platform",
          "admin_egress",
        ],
        "mvp-postgres": ["admin_database"],
        "mvp-redis": ["admin_database"],
        "mvp-platform": ["admin_backend", "admin_platform", "admin_database"],
      });
    });

    it("phase 7 runs the database on the earlier volume", () => {
      const topology = topologyFor([7]);
      assert.deepEqual(serviceOf(topology, "mvp-postgres").volumes, [
        { volume: "admin_postgres_data", target: "/var/lib/postgresql/data" },
      ]);
      assert.ok(!topology.volumes.some((volume) => volume.name === "mvp_postgres_data"));
    });

    it("phase 8 brings the four vehicles containers instead of mvp-platform", () => {
      const topology = topologyFor([8]);
      assert.deepEqual(membership(topology), {
        "mvp-traefik": ["motovaultpro_frontend", "motovaultpro_backend"],
        "mvp-frontend": ["motovaultpro_frontend"],
        "mvp-backend": ["motovaultpro_backend", "motovaultpro_database"],
        "mvp-postgres": ["motovaultpro_database"],
        "mvp-redis": ["motovaultpro_database"],
        "mvp-platform-vehicles-api": ["motovaultpro_backend", "motovaultpro_database"],
        "mvp-platform-vehicles-db": ["motovaultpro_database"],
        "mvp-platform-vehicles-redis": ["motovaultpro_database"],
        "mvp-platform-vehicles-etl": ["motovaultpro_database", "motovaultpro_backend"],
      });
      const api = serviceOf(topology, "mvp-platform-vehicles-api");
      assert.deepEqual(knownAs(api), [api.name, "mvp-platform"]);
      assert.ok(serviceOf(topology, "mvp-backend").dependsOn.includes(api.name));
    });

    it("every other phase changes nothing in the topology", () => {
      for (const phase of [2, 4, 6, 9, 10, 11])
        assert.deepEqual(topologyFor([phase]), topologyFor([]));
    });
  });
});

describe("STORES", () => {
  it("pairs counterparts both ways", () => {
    const counterpart = Object.fromEntries(
      STORES.map((volume) => [volume.name, volume.counterpart]),
    );
    assert.equal(counterpart.admin_postgres_data, "mvp_postgres_data");
    assert.equal(counterpart.admin_redis_data, "mvp_redis_data");
    assert.equal(counterpart.admin_minio_data, "data/documents");
    for (const [name, other] of Object.entries(counterpart)) {
      if (other !== undefined) assert.equal(counterpart[other], name);
    }
  });

  it("is exactly what the two ends use", () => {
    const used = [...topologyFor([]).volumes, ...topologyFor(ALL_PHASES).volumes];
    assert.deepEqual(
      STORES.map((volume) => volume.name).sort(),
      used.map((volume) => volume.name).sort(),
    );
  });
});

function membership(topology: Topology): Record<string, readonly string[]> {
  return Object.fromEntries(
    topology.services.map((service) => [service.name, networksOf(topology, service)]),
  );
}

function networkFacts(topology: Topology): [string, boolean][] {
  return topology.networks.map(({ dockerName, internal }) => [dockerName, internal]);
}

function volumesOf(topology: Topology): Record<string, string[]> {
  return Object.fromEntries(
    topology.services
      .filter(({ volumes }) => volumes.length > 0)
      .map(({ name, volumes }) => [name, volumes.map((mount) => mount.volume)]),
  );
}
