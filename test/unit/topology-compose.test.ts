import assert from "node:assert/strict";
import { join } from "node:path";
import { builtImages, topologyOfStack } from "../support/application";
import type { Service, StackName } from "../../plan/application/topology";
import { composeFacts, type ServiceFacts } from "../support/compose-file";

const APPLICATION = join(__dirname, "..", "..", "demo", "application");

/** Written by hand from the document, as the application's own: what the topologies say is said there again. */
const COMPOSE_FILES: Readonly<Record<StackName, string>> = {
  "pre-simplification": join(APPLICATION, "base", "docker-compose.yml"),
  simplified: join(APPLICATION, "phases", "8", "docker-compose.yml"),
};

for (const stack of ["pre-simplification", "simplified"] as const) {
  describe(`the ${stack} topology and the application's docker-compose.yml`, () => {
    const topology = topologyOfStack(stack);
    const compose = composeFacts(COMPOSE_FILES[stack]);

    it("have the same containers", () => {
      assert.deepEqual(
        topology.services.map(({ name }) => name).sort(),
        Object.keys(compose.services).sort(),
      );
    });

    it("have the same networks", () => {
      const networks = topology.networks.map(({ name, internal }) => [name, { internal }] as const);
      assert.deepEqual(Object.fromEntries(networks), compose.networks);
    });

    for (const service of topology.services) {
      it(`run ${service.name} alike`, () => {
        assert.deepEqual(factsOf(service), compose.services[service.name]);
      });
    }
  });
}

function factsOf(service: Service): ServiceFacts {
  const mounts = [
    ...service.mounts.map(({ path, target }) => `${path}:${target}:ro`),
    ...service.volumes.map(({ volume, target }) => `${volume}:${target}`),
  ];
  return {
    image: imageOf(service),
    command: service.command ?? [],
    environment: service.environment,
    networks: service.networks,
    mounts: mounts.sort(),
    containerPorts: service.ports.map((port) => port.container),
  };
}

function imageOf({ image }: Service): string {
  if (image.kind === "thirdParty") return image.image;
  return builtImages.find(({ name }) => name === image.image)?.context ?? image.image;
}
