import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ALL_PHASES, APPLICATION, STORES, topologyFor } from "../support/application";
import { composeMerge } from "../../plan/release/assembly";
import { type ComposeFiles, mergeComposeFiles } from "../../plan/compose/merge";
import { composeFactsOf } from "../support/compose-file";

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
  return mergeComposeFiles(
    both,
    composeMerge(APPLICATION, { phases, topology: topologyFor(phases) }),
    STORES,
  );
}

describe("docker-compose.yml with some phases rolled back", () => {
  it("stays as it is, byte for byte, at both ends", () => {
    assert.equal(merged([]), SIMPLIFIED);
    assert.equal(merged(ALL_PHASES), EARLIER);
  });

  for (const phases of COMBINATIONS) {
    it(`has the services, networks and volumes of the topology with phases [${phases.join(", ")}]`, () => {
      const topology = topologyFor(phases);
      const facts = composeFactsOf(merged(phases));
      assert.deepEqual(
        Object.keys(facts.services).sort(),
        topology.services.map(({ name }) => name).sort(),
      );
      assert.deepEqual(
        Object.keys(facts.networks).sort(),
        topology.networks.map(({ name }) => name).sort(),
      );
      for (const service of topology.services) {
        const found = facts.services[service.name];
        assert.deepEqual([...(found?.networks ?? [])].sort(), [...service.networks].sort());
        const written = found?.mounts.filter((mount) => !mount.endsWith(":ro"));
        assert.deepEqual(
          written,
          service.volumes.map(({ volume, target }) => `${volume}:${target}`).sort(),
          service.name,
        );
      }
    });
  }

  it("keeps the comments and the order of what stays", () => {
    const simplified = SIMPLIFIED.replace("  mvp-redis:", "  # sessions only\n  mvp-redis:");
    const text = merged([3], { simplified });
    assert.match(text, /# sessions only\n {2}mvp-redis:/);
    assert.ok(text.startsWith("# MotoVaultPro: 6 containers on 3 networks."));
    const services = text.slice(text.indexOf("\nservices:"));
    const order = (services.match(/^ {2}[a-z-]+:$/gm) ?? []).map((line) => line.trim());
    assert.deepEqual(order.slice(0, 6), [
      "mvp-traefik:",
      "mvp-frontend:",
      "mvp-backend:",
      "mvp-postgres:",
      "mvp-redis:",
      "mvp-platform:",
    ]);
    assert.equal(order[6], "admin-minio:");
  });

  it("writes an alias out where the other file's anchor says something else", () => {
    const simplified = SIMPLIFIED.replace("restart: unless-stopped", "restart: always");
    const text = merged([3], { simplified });
    const minio = text.slice(text.indexOf("admin-minio:"));
    assert.match(minio, /restart: unless-stopped/);
    assert.match(text, /restart: always/);
  });

  it("names what neither file has", () => {
    const earlier = EARLIER.replace("  admin-minio:\n", "  renamed:\n");
    assert.throws(() => merged([3], { earlier }), /neither file has "admin-minio" in "services"/);
  });
});
