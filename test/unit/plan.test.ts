import type { Service } from "../../plan/application/topology";
import type { AssembledRelease, Observed } from "../../plan/model/observed";
import assert from "node:assert/strict";
import type { Wanted } from "../../plan/model/wanted";
import type { BackupSummary } from "../../plan/model/observed";
import { planFor } from "../../plan/run/plan";
import { syncedBy } from "../../plan/model/source";
import { ModelHost } from "../support/model-host";
import { COMMITS, settingsFor } from "../support/model-settings";
import { earlierSide, requestOf, simplifiedSide } from "../support/plans";

const PRE = "pre-simplification";

describe("what a plan chooses", () => {
  it("starts the first deployment on empty volumes from the only tag", () => {
    const request = requestOf(settingsFor(PRE), new ModelHost().observed());
    assert.equal(request.kind, "first");
    assert.equal(request.wanted.release.commit, COMMITS[PRE]);
    const sources = new Set(Object.values(request.wanted.volumes).map(({ source }) => source));
    assert.deepEqual([...sources], ["empty"]);
  });

  it("syncs the live earlier side's data to a simplified side that was never there, backed up first", () => {
    const host = earlierSide();
    host.backUp("b2");
    const { wanted, backsUpFirst, overwrites } = requestOf(
      settingsFor("simplified"),
      host.observed(),
    );
    assert.deepEqual(wanted.volumes, {
      mvp_postgres_data: { source: "syncedFrom:admin_postgres_data", number: 2 },
      mvp_redis_data: { source: "syncedFrom:admin_redis_data", number: 2 },
      "data/documents": { source: "syncedFrom:admin_minio_data", number: 2 },
    });
    assert.equal(backsUpFirst, true);
    assert.deepEqual(overwrites, []);
  });

  it("seeds the simplified side from the newest backup of an earlier side that is lost", () => {
    const lost = { ...earlierSide().observed(), containers: [] };
    const { wanted, backsUpFirst } = requestOf(settingsFor("simplified"), lost);
    assert.deepEqual(wanted.volumes.mvp_postgres_data, {
      source: "backup:b1/admin_postgres_data",
      number: 2,
    });
    assert.equal(backsUpFirst, false);
  });

  it("goes forward again on the simplified volumes as they were left, and syncs nothing", () => {
    const host = simplifiedSide();
    host.carryOut(host.plan(PRE));
    const { wanted, backsUpFirst } = requestOf(settingsFor("simplified"), host.observed());
    const sources = new Set(Object.values(wanted.volumes).map(({ source }) => source));
    assert.deepEqual([...sources], ["existing"]);
    assert.equal(backsUpFirst, true, "the earlier side has no backup since its last change");
  });

  it("backs up an earlier side that has an imported backup only: nobody knows how old that is", () => {
    const host = simplifiedSide();
    host.carryOut(host.plan(PRE));
    host.backUp("made");
    const observed = host.observed();
    const settings = settingsFor("simplified");
    const kinds = (kind: BackupSummary["kind"]) =>
      observed.backups.map((backup) => ({ ...backup, kind }));
    assert.equal(requestOf(settings, observed).backsUpFirst, false);
    const imported = { ...observed, backups: kinds("imported") };
    assert.equal(requestOf(settings, imported).backsUpFirst, true);
  });

  it("syncs the live side's data back when asked to; what has no counterpart keeps its default", () => {
    const settings = settingsFor(PRE, { dataSource: "live" });
    const { wanted, backsUpFirst, overwrites } = requestOf(settings, simplifiedSide().observed());
    const sources = Object.entries(wanted.volumes).map(([name, { source }]) => [name, source]);
    assert.deepEqual(Object.fromEntries(sources), {
      admin_postgres_data: "syncedFrom:mvp_postgres_data",
      admin_redis_data: "syncedFrom:mvp_redis_data",
      admin_minio_data: "syncedFrom:data/documents",
      platform_postgres_data: "backup:change-2",
      platform_redis_data: "backup:change-2",
      mvp_platform_vehicles_db_data: "backup:change-2",
      mvp_platform_vehicles_redis_data: "backup:change-2",
    });
    assert.equal(backsUpFirst, true);
    assert.deepEqual([...overwrites].sort(), Object.keys(wanted.volumes).sort());
  });

  it("says which volumes are nobody's when their containers go", () => {
    const settings = settingsFor(PRE);
    const observed = simplifiedSide().observed(settings);
    const withCache = (wanted: Wanted): Wanted => {
      const services = wanted.topology.services.map((service) =>
        service.name === "mvp-redis" ? { ...service, anonymousVolumes: ["/cache"] } : service,
      );
      return { ...wanted, topology: { ...wanted.topology, services } };
    };
    const changes = observed.recorded.changes.map((change) => ({
      ...change,
      request: { ...change.request, wanted: withCache(change.request.wanted) },
    }));
    const plan = planFor(settings, { ...observed, recorded: { ...observed.recorded, changes } });
    assert.ok(plan.ok);
    const text = plan.description.join("\n");
    assert.match(text, /^not kept: \/cache of mvp-redis, a volume without a name$/m);
  });

  it("says what is synced, what is left behind, and that a downtime comes with it", () => {
    const settings = settingsFor(PRE, { dataSource: "live" });
    const plan = planFor(settings, simplifiedSide().observed());
    assert.ok(plan.ok);
    const text = plan.description.join("\n");
    assert.match(text, /^volume admin_minio_data <- synced from the live side's data\/documents$/m);
    assert.match(text, /^backs the live side up first, as change-3$/m);
    assert.match(text, /^downtime: nobody is served while .* \(3 volumes\)/m);
    assert.match(
      text,
      /^left behind, kept on this host: mvp_postgres_data as it is at the cutover \(admin_postgres_data gets all of it\)$/m,
    );
  });

  it("announces no downtime where nothing is synced", () => {
    const plan = planFor(settingsFor(PRE), simplifiedSide().observed());
    assert.ok(plan.ok);
    assert.doesNotMatch(plan.description.join("\n"), /downtime/);
  });

  it("never syncs again what a change has synced", () => {
    const host = simplifiedSide();
    host.write();
    const plan = planFor(settingsFor("simplified", { dataSource: "live" }), host.observed());
    assert.ok(plan.ok && plan.run === "nothing");
    const { number, wanted } = plan.request;
    assert.equal(wanted.volumes.mvp_postgres_data?.number, 2);
    assert.deepEqual(syncedBy(wanted.volumes, number + 1), []);
  });

  it("rolls back to the newest backup and saves what it overwrites", () => {
    const { wanted, overwrites, from } = requestOf(settingsFor(PRE), simplifiedSide().observed());
    assert.equal(from, "simplified");
    assert.deepEqual(wanted.volumes.admin_postgres_data, {
      source: "backup:change-2",
      number: 3,
    });
    assert.deepEqual(wanted.volumes.admin_minio_data, { source: "backup:change-2", number: 3 });
    assert.ok(overwrites.includes("admin_postgres_data"));
    assert.deepEqual(wanted.untracked.source, "backup:change-2");
  });

  it("rolls back to an imported backup only where there is no other, or where it is asked for", () => {
    const observed = simplifiedSide().observed();
    const [first] = observed.backups;
    assert.ok(first);
    const imported = { ...first, id: "imported", kind: "imported", sequence: 99 } as const;
    const sourceOf = (backups: readonly BackupSummary[], settings = settingsFor(PRE)) =>
      requestOf(settings, { ...observed, backups }).wanted.volumes.admin_postgres_data?.source;
    const both = [...observed.backups, imported];
    assert.equal(sourceOf(both), "backup:change-2");
    assert.equal(sourceOf(both, settingsFor(PRE, { backup: "imported" })), "backup:imported");
    assert.equal(sourceOf([imported]), "backup:imported");
    const unusable = [
      { ...first, id: "snapshot", kind: "safety" },
      { ...first, id: "damaged", verified: false },
      { ...first, id: "other", stack: "simplified" },
    ] as const;
    assert.equal(sourceOf([imported, ...unusable]), "backup:imported");
  });

  it("rolls back to the volumes as they were left when asked to", () => {
    const settings = settingsFor(PRE, { dataSource: "existing" });
    const { wanted, overwrites } = requestOf(settings, simplifiedSide().observed());
    const sources = new Set(Object.values(wanted.volumes).map(({ source }) => source));
    assert.deepEqual([...sources], ["existing"]);
    assert.deepEqual(overwrites, []);
  });

  it("keeps every entry of the live side when a newer backup exists and a default has moved", () => {
    const host = simplifiedSide();
    host.carryOut(host.plan(PRE));
    host.backUp("b9");
    const plan = planFor(settingsFor(PRE), host.observed());
    assert.ok(plan.ok && plan.run === "nothing");
    assert.deepEqual(plan.request.wanted.volumes.admin_postgres_data, {
      source: "backup:change-2",
      number: 3,
    });
    assert.deepEqual(plan.description, []);
  });

  it("restores the live side in place once, and only once, for one setting", () => {
    const host = earlierSide();
    const settings = settingsFor(PRE, { restore: "b1" });
    const request = requestOf(settings, host.observed());
    assert.equal(request.kind, "inPlace");
    assert.deepEqual(request.wanted.volumes.admin_postgres_data, {
      source: "backup:b1",
      number: 2,
    });
    host.carryOut(host.plan(PRE, { restore: "b1" }));
    const again = planFor(settings, host.observed());
    assert.ok(again.ok && again.run === "nothing");
    assert.match(again.description.join(), /restore: for change 2 alone/);
  });

  it("repairs a live side whose edge does not run, with a number of its own and the same sources", () => {
    const observed = earlierSide().observed();
    const containers = observed.containers.map((container) =>
      container.name === "traefik" ? { ...container, running: false } : container,
    );
    const request = requestOf(settingsFor(PRE), { ...observed, containers });
    assert.equal(request.kind, "repair");
    assert.equal(request.number, 2);
    assert.equal(request.wanted.volumes.admin_postgres_data?.number, 1);
  });

  it("records a live side that no record knows, all volumes as they are", () => {
    const observed = earlierSide().observed();
    const unknown = { ...observed, recorded: { changes: [], highest: 7 } };
    const request = requestOf(settingsFor(PRE), unknown);
    assert.equal(request.kind, "adopt");
    assert.equal(request.number, 8);
    assert.deepEqual(request.wanted.volumes.admin_postgres_data, { source: "existing", number: 8 });
  });

  describe("of a live side that Compose started", () => {
    const composed = (observed: Observed): Observed => ({
      ...observed,
      containers: observed.containers.map((container) => ({ ...container, stack: null })),
    });
    const unknown = () =>
      composed({ ...earlierSide().observed(), recorded: { changes: [], highest: 7 } });
    const taking = { takeOver: true } as const;

    it("makes a record alone, and says that nothing is touched", () => {
      const plan = planFor(settingsFor(PRE), unknown());
      assert.ok(plan.ok);
      assert.deepEqual([plan.request.kind, plan.request.recordOnly], ["adopt", true]);
      assert.match(plan.description.join("\n"), /^containers: none is touched/m);
      const told = (drifted: readonly string[]) => {
        const changed = planFor(settingsFor(PRE), { ...unknown(), drifted });
        return changed.ok ? changed.description.join("\n") : "";
      };
      assert.match(told([]), /^containers: all are what the work tree's Compose files say$/m);
      assert.match(told(["admin-redis"]), /^containers that are not what .* say: admin-redis$/m);
    });

    it("replaces its containers where it may, and says that this is a downtime", () => {
      const known = composed(earlierSide().observed());
      for (const observed of [unknown(), known]) {
        const plan = planFor(settingsFor(PRE, taking), observed);
        assert.ok(plan.ok);
        assert.deepEqual([plan.request.kind, plan.request.recordOnly], ["adopt", false]);
        assert.match(plan.description.join("\n"), /^downtime: its containers are stopped/m);
      }
      const nothing = planFor(settingsFor(PRE), known);
      assert.ok(nothing.ok && nothing.run === "nothing");
    });

    it("does not change or repair it unless it may take it over", () => {
      const flag = { "3": false };
      const stopped = (observed: Observed): Observed => ({
        ...observed,
        containers: observed.containers.map((each) => ({ ...each, running: false })),
      });
      for (const [settings, observed] of [
        [settingsFor(PRE, {}, flag), composed(earlierSide().observed(settingsFor(PRE, {}, flag)))],
        [settingsFor(PRE), stopped(composed(earlierSide().observed()))],
      ] as const) {
        const plan = planFor(settings, observed);
        assert.ok(!plan.ok);
        assert.match(plan.problems[0]?.what ?? "", /was not started by this program/);
        assert.match(plan.problems[0]?.advice.join() ?? "", /takeOver true/);
      }
    });

    it("is recorded when it is left, and stays Compose's if it has to serve again", () => {
      const request = requestOf(settingsFor("simplified"), unknown());
      assert.deepEqual([request.kind, request.adopts?.recordOnly], ["switch", true]);
    });
  });

  it("records the live side first when it switches away from one that no record knows", () => {
    const observed = earlierSide().observed();
    const unknown = { ...observed, recorded: { changes: [], highest: 7 } };
    const request = requestOf(settingsFor("simplified"), unknown);
    assert.equal(request.kind, "switch");
    assert.equal(request.number, 9);
    assert.equal(request.adopts?.stack, PRE);
    assert.equal(request.adopts.wanted.volumes.admin_postgres_data?.number, 8);
  });

  it("changes in place what a new image or port of the Compose file changes, and no source", () => {
    const observed = earlierSide().observed();
    const changed = (assembled: AssembledRelease): AssembledRelease => ({
      ...assembled,
      topology: { ...assembled.topology, services: assembled.topology.services.map(upgraded) },
    });
    const releases = Object.fromEntries(
      Object.entries(observed.releases).map(([key, assembled]) => [key, changed(assembled)]),
    );
    const request = requestOf(settingsFor(PRE), { ...observed, releases });
    assert.equal(request.kind, "inPlace");
    assert.equal(request.wanted.images.traefik, "traefik:v3.5");
    assert.equal(request.wanted.ports.http, 8081);
    assert.equal(request.wanted.volumes.admin_postgres_data?.number, 1);
  });
});

/** As a new Compose file, or another value in `.env`, has it. */
function upgraded(service: Service): Service {
  if (service.name !== "traefik") return service;
  const ports = service.ports.map((port) => (port.host === 80 ? { ...port, host: 8081 } : port));
  return { ...service, image: { kind: "registry", reference: "traefik:v3.5" }, ports };
}
