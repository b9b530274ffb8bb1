import assert from "node:assert/strict";
import { names, serviceOf } from "../support/topology";
import type { ComposeModel } from "../../plan/application/compose-model";
import { topologyOf } from "../../plan/compose/topology-of";
import { hostPortsOf } from "../../plan/compose/host-ports";
import { COMPOSE_FILES, DESCRIPTION, topologyOfStack } from "../support/application";
import { composeModelOf } from "../support/compose-model";

type Service = ComposeModel["services"][string];

const MODEL = composeModelOf(COMPOSE_FILES.simplified);

/** The simplified side with some fields of a service replaced. */
function modelWith(service: string, fields: Partial<Service>): ComposeModel {
  const found = MODEL.services[service];
  assert.ok(found);
  return { ...MODEL, services: { ...MODEL.services, [service]: { ...found, ...fields } } };
}

function problemsOf(model: ComposeModel): readonly string[] {
  const result = topologyOf(model, DESCRIPTION);
  return result.ok ? [] : result.problems.map(({ subject, what }) => `${subject}: ${what}`);
}

describe("the topology that a model gives", () => {
  it("has images that are named by their content, and as they are those of a registry", () => {
    const result = topologyOf(
      modelWith("mvp-platform", { image: "registry.example.org:5000/team/platform:1@sha256:00" }),
      DESCRIPTION,
    );
    assert.ok(result.ok);
    const imageOf = (name: string) => result.topology.services.find((s) => s.name === name)?.image;
    const built = imageOf("mvp-platform");
    assert.ok(built?.kind === "built");
    assert.equal(built.name, "registry.example.org:5000/team/platform");
    assert.deepEqual(imageOf("mvp-redis"), { kind: "registry", reference: "redis:7" });
  });

  it("has the ports of the edge by what they are for, and needs the one for HTTP", () => {
    const topology = topologyOfStack("simplified");
    const ports = hostPortsOf(topology, DESCRIPTION);
    assert.deepEqual(ports, { ok: true, value: { http: 80, https: 443, dashboard: 8080 } });
    const services = topology.services.map((service) => ({
      ...service,
      ports: service.ports.filter(({ container }) => container === 443),
    }));
    const without = hostPortsOf({ ...topology, services }, DESCRIPTION);
    assert.ok(!without.ok);
    assert.match(without.problem.what, /publishes no container port 80/);
  });

  it("has services that end when their work is done, and who waits for what", () => {
    const waiting = modelWith("mvp-backend", {
      depends_on: {
        "mvp-redis": { condition: "service_completed_successfully" },
        "mvp-postgres": { condition: "service_healthy" },
        "mvp-platform": { condition: "service_started" },
      },
    });
    const result = topologyOf(waiting, DESCRIPTION);
    assert.ok(result.ok);
    const once = result.topology.services.filter(({ runsOnce }) => runsOnce);
    assert.deepEqual(names({ ...result.topology, services: once }), ["mvp-redis"]);
    const { dependsOn, startsAfter } = serviceOf(result.topology, "mvp-backend");
    assert.deepEqual(dependsOn, ["mvp-redis", "mvp-postgres", "mvp-platform"]);
    assert.deepEqual(startsAfter, [
      { service: "mvp-redis", until: "completed" },
      { service: "mvp-postgres", until: "healthy" },
    ]);
  });

  const refused: readonly (readonly [what: string, model: ComposeModel, problem: string])[] = [
    [
      "two services on one host port",
      modelWith("mvp-redis", {
        ports: [{ target: 6379, published: "80", protocol: "tcp", host_ip: "127.0.0.1" }],
      }),
      'services.mvp-redis.ports: publishes port 80, and so does "mvp-traefik"',
    ],
    [
      "a host port that the engine would choose",
      modelWith("mvp-redis", { ports: [{ target: 6379, protocol: "tcp" }] }),
      "services.mvp-redis.ports.0: has no host port: another one at every start",
    ],
    [
      "a volume that is written and nobody knows how to read",
      modelWith("mvp-redis", { volumes: [{ type: "volume", source: "cache", target: "/data" }] }),
      'services.mvp-redis.volumes.0: mounts "cache", which is written, and the description does not say how its data is read',
    ],
    [
      "a size that is not whole",
      modelWith("mvp-redis", { mem_limit: "1000" }),
      "services.mvp-redis.mem_limit: is not a whole number of mebibytes",
    ],
    [
      "a build context outside the repository",
      modelWith("mvp-backend", { build: { context: "https://example.org/x.git" } }),
      'services.mvp-backend.build.context: is "https://example.org/x.git", which is not in the repository',
    ],
    [
      "a field that nothing applies",
      modelWith("mvp-redis", { pids_limit: 5 }),
      "services.mvp-redis.pids_limit: is a field of Compose that this program does not apply",
    ],
  ];
  for (const [what, model, problem] of refused) {
    it(`is refused for ${what}, by the path of the field`, () => {
      assert.deepEqual(problemsOf(model), [problem]);
    });
  }

  it("is refused without an edge, or with both sides' edges", () => {
    const { "mvp-traefik": edge, ...rest } = MODEL.services;
    assert.ok(edge);
    assert.match(problemsOf({ ...MODEL, services: rest }).join(), /^services: has no edge \(/);
    const both = { ...MODEL.services, traefik: { ...edge, container_name: "traefik", ports: [] } };
    assert.match(problemsOf({ ...MODEL, services: both }).join(), /^services: has 2 edges \(/);
  });
});
