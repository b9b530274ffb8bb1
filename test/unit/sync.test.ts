import assert from "node:assert/strict";
import { syncOf } from "../../plan/data/sync";
import type { Service, StackName } from "../../plan/application/topology";
import type { OneTimeSettings } from "../../plan/model/wanted";
import { settingsFor } from "../support/model-settings";
import { earlierSide, requestOf, simplifiedSide } from "../support/plans";

function syncing(stack: StackName, oneTime: OneTimeSettings = {}) {
  const host = stack === "simplified" ? earlierSide() : simplifiedSide();
  return syncOf(requestOf(settingsFor(stack, oneTime), host.observed()));
}

const names = (services: readonly Service[] | undefined) =>
  services?.map(({ name }) => name).sort();

describe("what a switch syncs, and who has to be quiet meanwhile", () => {
  it("forward: databases as volumes, documents from the object store, which goes on running", () => {
    const forward = syncing("simplified");
    const pairs = forward?.volumes.map(({ from, to }) => `${from.name} -> ${to.name}`);
    assert.deepEqual(pairs, [
      "admin_postgres_data -> mvp_postgres_data",
      "admin_redis_data -> mvp_redis_data",
    ]);
    assert.deepEqual(
      forward?.documents.map(({ from, to }) => `${from.name} -> ${to.name}`),
      ["admin_minio_data -> data/documents"],
    );
    assert.deepEqual(names(forward.outgoing.stores), ["admin-postgres", "admin-redis"]);
    assert.deepEqual(names(forward.outgoing.writers), [
      "admin-backend",
      "mvp-platform-tenants",
      "mvp-platform-vehicles-api",
      "mvp-platform-vehicles-etl",
    ]);
    assert.deepEqual(names(forward.incoming.stores), ["mvp-postgres", "mvp-redis"]);
    assert.deepEqual(names(forward.incoming.writers), ["mvp-backend", "mvp-platform"]);
  });

  it("back: only the services that use what is synced start anew", () => {
    const back = syncing("pre-simplification", { dataSource: "live" });
    assert.deepEqual(names(back?.outgoing.stores), ["mvp-postgres", "mvp-redis"]);
    assert.deepEqual(names(back?.outgoing.writers), ["mvp-backend", "mvp-platform"]);
    assert.deepEqual(names(back?.incoming.stores), ["admin-postgres", "admin-redis"]);
    assert.deepEqual(names(back?.incoming.writers), ["admin-backend"]);
  });

  it("a rollback to a backup syncs nothing", () => {
    assert.equal(syncing("pre-simplification"), undefined);
  });
});
