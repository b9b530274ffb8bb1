import assert from "node:assert/strict";
import { apartFrom, namedAs, namesOf } from "../../plan/staging/names-apart";
import type { Service, Topology } from "../../plan/application/topology";
import { serviceOf } from "../support/topology";

/** Two services on two networks; `changes` are to the first. */
function side(prefix: string, changes: Partial<Service> = {}): Topology {
  const service = (name: string, containerName: string, network: string): Service => ({
    ...{ name, containerName, role: null, image: { kind: "registry", reference: "web:1" } },
    ...{ definition: {}, networks: [{ name: network, aliases: [] }], mounts: [], volumes: [] },
    ...{ hostMounts: [], memoryMounts: [], anonymousVolumes: [], port: null, ports: [] },
    ...{ dependsOn: [], startsAfter: [], runsOnce: false, startPolicy: "ordinary", stopSeconds: 1 },
  });
  const network = (name: string, dockerName: string) => ({
    ...{ name, dockerName, internal: false, definition: {} },
  });
  return {
    project: "app",
    services: [
      { ...service("web", "app-web-1", "frontend"), ...changes },
      service(`${prefix}-database`, `${prefix}-database`, "database"),
    ],
    networks: [network("frontend", "app_frontend"), network("database", `${prefix}_database`)],
    externalNetworks: [],
    volumes: [],
  };
}

function sorted({ containers, networks }: ReturnType<typeof namesOf>): string[][] {
  return [[...containers].sort(), [...networks].sort()];
}

describe("the names of a side that is to stand beside another one", () => {
  const live = side("new");

  it("are those of its Compose file, but for what both sides name alike", () => {
    const staged = apartFrom(side("old"), "pre-simplification", live);
    assert.deepEqual(sorted(namesOf(staged)), [
      ["app-web-1-pre-simplification", "old-database"],
      ["app_frontend-pre-simplification", "old_database"],
    ]);
  });

  it("are the same whether the other side has its own names or was set apart itself", () => {
    const apart = apartFrom(live, "simplified", side("old"));
    const first = apartFrom(side("old"), "pre-simplification", live);
    assert.deepEqual(apartFrom(side("old"), "pre-simplification", apart), first);
  });

  it("never meet those of the side that is live, however often they change places", () => {
    let serving = live;
    for (const stack of ["pre-simplification", "simplified", "pre-simplification"] as const) {
      const plain = stack === "simplified" ? live : side("old");
      const staged = apartFrom(plain, stack, serving);
      const [taken, own] = [namesOf(serving), namesOf(staged)];
      assert.deepEqual(
        [...own.containers, ...own.networks].filter(
          (name) => taken.containers.has(name) || taken.networks.has(name),
        ),
        [],
        stack,
      );
      serving = staged;
    }
  });

  it("are still found under the name that the container would have had", () => {
    const staged = apartFrom(side("old"), "pre-simplification", live);
    assert.deepEqual(serviceOf(staged, "web").networks, [
      { name: "frontend", aliases: ["app-web-1"] },
    ]);
    assert.deepEqual(serviceOf(staged, "old-database").networks, [
      { name: "database", aliases: [] },
    ]);
  });

  it("are followed by what tells Traefik a network, and by nothing else", () => {
    const told = side("old", {
      definition: {
        labels: { "traefik.docker.network": "app_frontend", note: "app_frontend" },
        command: ["--providers.docker.network=app_frontend", "app_frontend"],
        environment: { TRAEFIK_PROVIDERS_DOCKER_NETWORK: "app_frontend", OTHER: "app_frontend" },
      },
    });
    const { definition } = serviceOf(apartFrom(told, "pre-simplification", live), "web");
    const network = "app_frontend-pre-simplification";
    assert.deepEqual(definition, {
      labels: { "traefik.docker.network": network, note: "app_frontend" },
      command: [`--providers.docker.network=${network}`, "app_frontend"],
      environment: { TRAEFIK_PROVIDERS_DOCKER_NETWORK: network, OTHER: "app_frontend" },
    });
  });
});

describe("the names of a side that runs", () => {
  it("stay as they are, also when the other side is not known any more", () => {
    const running = apartFrom(side("old"), "pre-simplification", side("new"));
    assert.deepEqual(namedAs(side("old"), "pre-simplification", namesOf(running)), running);
    const plain = side("old");
    assert.deepEqual(namedAs(plain, "pre-simplification", namesOf(plain)), plain);
  });

  it("are the Compose file's for what is new", () => {
    const running = apartFrom(side("old"), "pre-simplification", side("new"));
    const more = side("old");
    const added = { ...serviceOf(more, "web"), name: "mailer", containerName: "app-mailer-1" };
    const grown = { ...more, services: [...more.services, added] };
    const named = namedAs(grown, "pre-simplification", namesOf(running));
    assert.equal(serviceOf(named, "mailer").containerName, "app-mailer-1");
    assert.equal(serviceOf(named, "web").containerName, "app-web-1-pre-simplification");
  });
});
