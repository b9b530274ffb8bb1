import assert from "node:assert/strict";
import { ALL_PHASES } from "../support/application";
import { syncOf } from "../../plan/data/sync";
import { planFor } from "../../plan/run/plan";
import { COMMITS, settingsFor } from "../support/model-settings";
import { flagged, flags, messageOf, requestOf, simplifiedSide } from "../support/plans";

function incoming(request: ReturnType<typeof flagged>) {
  return Object.fromEntries(
    Object.entries(request.wanted.volumes)
      .filter(([, { number }]) => number === request.number)
      .map(([name, { source }]) => [name, source]),
  );
}

describe("what a flag on the live stack changes", () => {
  it("is code alone for phase 2: no volume gets another source, no downtime", () => {
    const request = flagged(simplifiedSide(), [2]);
    assert.equal(request.kind, "inPlace");
    assert.deepEqual(incoming(request), {});
    assert.equal(syncOf(request), undefined);
    assert.equal(request.backsUpFirst, false);
    assert.equal(request.wanted.release.commit, COMMITS.simplified);
    assert.equal(request.wanted.refs.earlier, COMMITS["pre-simplification"]);
  });

  it("changes no image where only documentation goes back", () => {
    const host = simplifiedSide();
    const request = flagged(host, [9]);
    const live = host.changes.at(-1)?.request.wanted.images;
    assert.deepEqual(request.wanted.images, live);
  });

  it("merges every live document into the backup's bucket for phase 3", () => {
    const request = flagged(simplifiedSide(), [3]);
    assert.deepEqual(incoming(request), {
      admin_minio_data: "backup:change-2+syncedFrom:data/documents",
    });
    const syncing = syncOf(request);
    assert.equal(syncing?.documents[0]?.merged, true);
    assert.equal(syncing.documents[0].storeRuns, false);
    assert.equal(request.backsUpFirst, true);
    assert.ok(request.overwrites.includes("admin_minio_data"));
  });

  it("syncs the database for phase 7, and restores it only where restoreDatabase says so", () => {
    assert.deepEqual(incoming(flagged(simplifiedSide(), [7])), {
      admin_postgres_data: "syncedFrom:mvp_postgres_data",
    });
    assert.deepEqual(incoming(flagged(simplifiedSide(), [7], { restoreDatabase: true })), {
      admin_postgres_data: "backup:change-2",
    });
  });

  it("restores the platform's volumes for phase 8 from the newest backup", () => {
    assert.deepEqual(incoming(flagged(simplifiedSide(), [8])), {
      mvp_platform_vehicles_db_data: "backup:change-2",
      mvp_platform_vehicles_redis_data: "backup:change-2",
    });
  });

  it("syncs what phase 1 brings in where the live side has it, since that rollback loses nothing", () => {
    const sources = incoming(flagged(simplifiedSide(), [1]));
    assert.equal(sources.admin_postgres_data, "syncedFrom:mvp_postgres_data");
    assert.equal(sources.admin_redis_data, "syncedFrom:mvp_redis_data");
    assert.equal(sources.admin_minio_data, "backup:change-2", "documents stay in their folder");
  });

  it("merges documents when phase 3 follows phase 1, whose object store runs already", () => {
    const host = simplifiedSide();
    host.carryOut(host.plan("simplified", {}, flags([1])));
    const request = flagged(host, [1, 3]);
    assert.match(
      incoming(request).admin_minio_data ?? "",
      /^backup:.*\+syncedFrom:data\/documents$/,
    );
    assert.equal(syncOf(request)?.documents[0]?.storeRuns, true);
  });

  it("syncs the live data back when the flag is taken away", () => {
    const host = simplifiedSide();
    host.carryOut(host.plan("simplified", {}, flags([3, 7])));
    const request = flagged(host, []);
    assert.deepEqual(incoming(request), {
      mvp_postgres_data: "syncedFrom:admin_postgres_data",
      "data/documents": "syncedFrom:admin_minio_data",
    });
  });

  it("takes the volumes as they were left, or from the backup, where dataSource says so", () => {
    const left = incoming(flagged(simplifiedSide(), [7], { dataSource: "existing" }));
    assert.deepEqual(left, { admin_postgres_data: "existing" });
    const restored = incoming(flagged(simplifiedSide(), [7], { dataSource: "backup" }));
    assert.deepEqual(restored, { admin_postgres_data: "backup:change-2" });
  });

  it("does nothing when it is asked for again, though a newer backup exists and settings are left", () => {
    const host = simplifiedSide();
    host.carryOut(host.plan("simplified", { restoreDatabase: true }, flags([7])));
    host.backUp("b9");
    const plan = host.plan("simplified", { restoreDatabase: true }, flags([7]));
    assert.ok(plan.ok && plan.run === "nothing");
    assert.match(plan.description.join(), /restoreDatabase: .* change 3/);
  });

  it("keeps the ref that a flag was set with, whatever HEAD~1 means later", () => {
    const host = simplifiedSide();
    const settings = { ...settingsFor("simplified", {}, flags([6])), phaseRefs: { "6": "main" } };
    const first = host.observed(settings);
    const plan = planFor(settings, first);
    host.carryOut(plan);
    const moved = { ...first, git: { ...first.git, resolved: { main: "elsewhere" } } };
    const later = planFor(settings, { ...host.observed(settings), git: moved.git });
    assert.ok(later.ok && later.run === "nothing", JSON.stringify(later));
  });

  it("plans for every combination of flags, on both stacks, in place and as a switch", () => {
    const host = simplifiedSide();
    for (let bits = 0; bits < 2 ** 10; bits += 1) {
      const phases = ALL_PHASES.filter((phase) => phase < 11 && (bits >> (phase - 1)) & 1);
      const inPlace = flagged(host, phases);
      assert.deepEqual(inPlace.wanted.rolledBackPhases, phases);
      const others = ALL_PHASES.filter((phase) => !phases.includes(phase));
      const off = Object.fromEntries(others.map((phase) => [String(phase), false]));
      const settings = settingsFor("pre-simplification", {}, off);
      const request = requestOf(settings, host.observed(settings));
      assert.deepEqual(request.wanted.rolledBackPhases, phases);
    }
  });
});

describe("what does not fit", () => {
  it("is refused with every problem in one message: a ref that is not there, a path that never was", () => {
    const host = simplifiedSide();
    const settings = {
      ...settingsFor("simplified", {}, flags([6])),
      phaseRefs: { "6": "no-such-ref" },
      preRef: "neither",
    };
    const message = messageOf(settings, host.observed(settings));
    assert.match(message, /2 problems/);
    assert.match(message, /phaseRefs.6.*\n?.*"no-such-ref" is not a commit/);
    assert.match(message, /preRef.*\n?.*"neither" is not a commit/);
  });

  it("is a scenario on the stack that is back already", () => {
    const settings = { ...settingsFor("pre-simplification"), scenario: "storage-only" as const };
    assert.match(
      messageOf(settings, simplifiedSide().observed()),
      /partial rollback of "simplified"/,
    );
  });

  it("is a path that neither side ever had", () => {
    const host = simplifiedSide();
    const settings = settingsFor("simplified", {}, flags([9]));
    const observed = host.observed(settings);
    const releases = Object.fromEntries(
      Object.entries(observed.releases).map(([key, each]) => [
        key,
        { ...each, unknownPaths: ["AI-INDEX.md"] },
      ]),
    );
    assert.match(messageOf(settings, { ...observed, releases }), /path "AI-INDEX.md".*is in no/s);
  });

  it("is code that does not know a migration of the live data, unless acceptSchema says so", () => {
    const host = simplifiedSide();
    const base = settingsFor("simplified", {}, flags([7]));
    const checks = { ...base.checks, migrations: { query: "SELECT 1" } };
    const observed = { ...host.observed(base), migrations: ["004_index_lists"] };
    assert.match(messageOf({ ...base, checks }, observed), /does not know: 004_index_lists/);
    const accepted = { ...base, checks, oneTime: { acceptSchema: true } };
    assert.equal(requestOf(accepted, observed).kind, "inPlace");
    const restored = { ...base, checks, oneTime: { restoreDatabase: true } };
    assert.equal(requestOf(restored, observed).kind, "inPlace");
  });
});
