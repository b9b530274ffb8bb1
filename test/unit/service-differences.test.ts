import assert from "node:assert/strict";
import { serviceDifferences } from "../../plan/staging/service-differences";
import { EARLIER_SERVICES } from "../support/application";
import type { Service } from "../../plan/application/topology";

const REDIS = EARLIER_SERVICES.find(({ name }) => name === "admin-redis") as Service;

function redisWith(definition: Service["definition"], more: Partial<Service> = {}): Service {
  return { ...REDIS, ...more, definition: { ...REDIS.definition, ...definition } };
}

describe("what differs between two definitions of a service", () => {
  it("is told field by field, in Compose's words", () => {
    const before = redisWith({ environment: { A: "1", B: "2" }, mem_limit: "67108864" });
    const after = redisWith(
      { environment: { A: "3", C: "4" }, command: ["redis-server"] },
      { image: { kind: "registry", reference: "redis:8" } },
    );
    assert.deepEqual(serviceDifferences(before, after), [
      'command: ["redis-server","--save","60","1"] becomes ["redis-server"]',
      'environment.A: "1" becomes "3"',
      'environment.B: "2" is gone',
      'mem_limit: "67108864" is gone',
      'image.reference: "redis:7" becomes "redis:8"',
      'environment.C: "4" is new',
    ]);
    assert.deepEqual(serviceDifferences(before, before), []);
  });

  it("is told of what a container mounts too", () => {
    const before = redisWith({}, { mounts: [{ path: "a.conf", target: "/a" }] });
    const after = redisWith({}, { mounts: [], anonymousVolumes: ["/cache"] });
    assert.deepEqual(serviceDifferences(before, after), [
      'mounts: [{"path":"a.conf","target":"/a"}] becomes []',
      'anonymousVolumes: [] becomes ["/cache"]',
    ]);
  });

  it("does not tell what came from a variable", () => {
    const before = redisWith({ environment: { KEY: "sealed:one" } });
    const after = redisWith({ environment: { KEY: "sealed:two" }, command: ["x", "sealed:two"] });
    assert.deepEqual(serviceDifferences(before, after), [
      'command: ["redis-server","--save","60","1"] becomes a value from a variable',
      "environment.KEY: a value from a variable becomes a value from a variable",
    ]);
  });
});
