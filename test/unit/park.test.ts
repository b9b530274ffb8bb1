import assert from "node:assert/strict";
import { syncOf } from "../../plan/data/sync";
import { planFor } from "../../plan/run/plan";
import { canUnpark, displacedBy, parkedBy } from "../../plan/staging/park";
import { settingsFor } from "../support/model-settings";
import { flagged, flags, requestOf, simplifiedSide } from "../support/plans";

describe("a switch away from a side with phases rolled back", () => {
  it("parks what both sides have, and names it in the preview", () => {
    const host = simplifiedSide();
    host.carryOut(host.plan("simplified", {}, flags([3, 8])));
    const settings = settingsFor("pre-simplification");
    const request = requestOf(settings, host.observed(settings));
    assert.deepEqual(request.live?.rolledBackPhases, [3, 8]);
    const { renamed, stopped } = parkedBy(request);
    assert.ok(renamed.includes("admin-minio") && renamed.includes("mvp-platform-vehicles-db"));
    assert.deepEqual(stopped, []);
    const plan = planFor(settings, host.observed(settings));
    assert.ok(plan.ok);
    assert.match(plan.description.join("\n"), /downtime: admin-minio, .* are parked/);
  });

  it("stops a database of another name that has a volume which the other side needs", () => {
    const host = simplifiedSide();
    host.carryOut(host.plan("simplified", {}, flags([7])));
    const settings = settingsFor("pre-simplification", { dataSource: "live" });
    const request = requestOf(settings, host.observed(settings));
    assert.deepEqual(parkedBy(request).stopped, ["mvp-postgres"]);
    assert.equal(request.wanted.volumes.admin_postgres_data?.source, "existing");
  });

  it("may run again where the switch is aborted, unless a network is gone or its data was written over", () => {
    const outgoing = (...phases: number[]) => {
      const host = simplifiedSide();
      host.carryOut(host.plan("simplified", {}, flags(phases)));
      return requestOf(
        settingsFor("pre-simplification"),
        host.observed(settingsFor("pre-simplification")),
      );
    };
    assert.equal(canUnpark(outgoing(7, 8), []), true);
    assert.equal(canUnpark(outgoing(7, 8), ["platform_postgres_data"]), true);
    assert.equal(canUnpark(outgoing(7, 8), ["admin_postgres_data"]), false);
    assert.equal(canUnpark(outgoing(5), []), false);
    assert.equal(canUnpark(outgoing(9), []), false);
  });

  it("parks nothing between the two whole ends", () => {
    const settings = settingsFor("pre-simplification");
    const request = requestOf(settings, simplifiedSide().observed(settings));
    assert.deepEqual(parkedBy(request), { renamed: [], stopped: [], networks: [] });
  });

  it("syncs documents without their store's container where its networks are parked for a switch", () => {
    const host = simplifiedSide();
    host.carryOut(host.plan("simplified", {}, flags([3, 5])));
    const switched = (off: Readonly<Record<string, boolean>>) => {
      const settings = settingsFor("pre-simplification", { dataSource: "live" }, off);
      return syncOf(requestOf(settings, host.observed(settings)))?.documents[0]?.storeRuns;
    };
    assert.equal(switched({ "1": false, "3": false }), false);
    assert.equal(switched({ "1": false, "3": false, "5": false }), true);
  });
});

describe("a change in place", () => {
  it("stops a database first that another one of another name takes the volume of", () => {
    const host = simplifiedSide();
    const displaced = (phases: readonly number[]) => {
      const request = flagged(host, phases);
      host.carryOut(host.plan("simplified", {}, flags(phases)));
      return displacedBy(request).map(({ name }) => name);
    };
    assert.deepEqual(displaced([7]), []);
    assert.deepEqual(displaced([1, 7]), ["mvp-postgres"]);
    assert.deepEqual(displaced([7]), ["admin-postgres"]);
    assert.deepEqual(displaced([]), []);
  });
});
