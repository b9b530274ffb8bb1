import assert from "node:assert/strict";
import { carryingOf } from "../../plan/data/carrying";
import type { Service, StackName } from "../../plan/application/topology";
import type { OneTimeSettings } from "../../plan/model/wanted";
import { settingsFor } from "../support/model-settings";
import { earlierSide, requestOf, simplifiedSide } from "../support/plans";

function carrying(stack: StackName, oneTime: OneTimeSettings = {}) {
  const host = stack === "simplified" ? earlierSide() : simplifiedSide();
  return carryingOf(requestOf(settingsFor(stack, oneTime), host.observed()));
}

const names = (services: readonly Service[] | undefined) =>
  services?.map(({ name }) => name).sort();

describe("what a switch carries, and who has to be quiet meanwhile", () => {
  it("forward: databases as volumes, documents from the object store, which goes on running", () => {
    const forward = carrying("simplified");
    const pairs = forward?.volumes.map(({ from, to }) => `${from.name} -> ${to.name}`);
    assert.deepEqual(pairs, [
      "admin_postgres_data -> mvp_postgres_data",
      "admin_redis_data -> mvp_redis_data",
    ]);
    assert.deepEqual(
      forward?.documents.map(({ from, to }) => `${from.name} -> ${to.name}`),
      ["admin_minio_data -> data/documents"],
    );
    assert.deepEqual(names(forward.leaving.stores), ["admin-postgres", "admin-redis"]);
    assert.deepEqual(names(forward.leaving.writers), [
      "admin-backend",
      "mvp-platform-tenants",
      "mvp-platform-vehicles-api",
      "mvp-platform-vehicles-etl",
    ]);
    assert.deepEqual(names(forward.entering.stores), ["mvp-postgres", "mvp-redis"]);
    assert.deepEqual(names(forward.entering.writers), ["mvp-backend", "mvp-platform"]);
  });

  it("back: only the services that use what is carried start anew", () => {
    const back = carrying("pre-simplification", { dataSource: "live" });
    assert.deepEqual(names(back?.leaving.stores), ["mvp-postgres", "mvp-redis"]);
    assert.deepEqual(names(back?.leaving.writers), ["mvp-backend", "mvp-platform"]);
    assert.deepEqual(names(back?.entering.stores), ["admin-postgres", "admin-redis"]);
    assert.deepEqual(names(back?.entering.writers), ["admin-backend"]);
  });

  it("a rollback to a backup carries nothing", () => {
    assert.equal(carrying("pre-simplification"), undefined);
  });
});
