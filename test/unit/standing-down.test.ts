import assert from "node:assert/strict";
import { carryingOf } from "../../plan/data/carrying";
import { planFor } from "../../plan/run/plan";
import { canStandUp, displacedBy, standingDown } from "../../plan/staging/standing-down";
import { settingsFor } from "../support/model-settings";
import { flagged, flags, requestOf, simplifiedSide } from "../support/plans";

describe("a switch away from a side with phases rolled back", () => {
  it("lets what both sides have make way, and names it in the preview", () => {
    const host = simplifiedSide();
    host.carryOut(host.plan("simplified", {}, flags([3, 8])));
    const settings = settingsFor("pre-simplification");
    const request = requestOf(settings, host.observed(settings));
    assert.deepEqual(request.fromPhases, [3, 8]);
    const { renamed, stopped } = standingDown(request);
    assert.ok(renamed.includes("admin-minio") && renamed.includes("mvp-platform-vehicles-db"));
    assert.deepEqual(stopped, []);
    const plan = planFor(settings, host.observed(settings));
    assert.ok(plan.ok);
    assert.match(plan.description.join("\n"), /window \(downtime\): admin-minio, .* make way/);
  });

  it("stops a database of another name that has a volume which the other side needs", () => {
    const host = simplifiedSide();
    host.carryOut(host.plan("simplified", {}, flags([7])));
    const settings = settingsFor("pre-simplification", { dataSource: "live" });
    const request = requestOf(settings, host.observed(settings));
    assert.deepEqual(standingDown(request).stopped, ["mvp-postgres"]);
    assert.equal(request.wanted.volumes.admin_postgres_data?.source, "asLeft");
  });

  it("may run again where the switch is given up, unless a network is gone or its data was written over", () => {
    const leaving = (...phases: number[]) => {
      const host = simplifiedSide();
      host.carryOut(host.plan("simplified", {}, flags(phases)));
      return requestOf(
        settingsFor("pre-simplification"),
        host.observed(settingsFor("pre-simplification")),
      );
    };
    assert.equal(canStandUp(leaving(7, 8), []), true);
    assert.equal(canStandUp(leaving(7, 8), ["platform_postgres_data"]), true);
    assert.equal(canStandUp(leaving(7, 8), ["admin_postgres_data"]), false);
    assert.equal(canStandUp(leaving(5), []), false);
    assert.equal(canStandUp(leaving(9), []), false);
  });

  it("lets nothing make way between the two whole ends", () => {
    const settings = settingsFor("pre-simplification");
    const request = requestOf(settings, simplifiedSide().observed(settings));
    assert.deepEqual(standingDown(request), { renamed: [], stopped: [], networks: [] });
  });

  it("carries documents without their store's container where its networks make way for a switch", () => {
    const host = simplifiedSide();
    host.carryOut(host.plan("simplified", {}, flags([3, 5])));
    const switched = (off: Readonly<Record<string, boolean>>) => {
      const settings = settingsFor("pre-simplification", { dataSource: "live" }, off);
      return carryingOf(requestOf(settings, host.observed(settings)))?.documents[0]?.storeRuns;
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
