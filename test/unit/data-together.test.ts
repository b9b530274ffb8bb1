import assert from "node:assert/strict";
import type { Observed } from "../../plan/model/observed";
import type { OneTimeSettings } from "../../plan/model/wanted";
import { settingsFor } from "../support/model-settings";
import { messageOf, requestOf, simplifiedSide } from "../support/plans";

const SIMPLIFIED = ["mvp_postgres_data", "mvp_redis_data", "data/documents"];

/** The earlier side is live again, and the simplified one's volumes are on the host, but for some. */
function rolledBack(...missing: readonly string[]): Observed {
  const host = simplifiedSide();
  host.carryOut(host.plan("pre-simplification"));
  const observed = host.observed(settingsFor("simplified"));
  return { ...observed, volumes: observed.volumes.filter((name) => !missing.includes(name)) };
}

function sources(oneTime: OneTimeSettings, ...missing: readonly string[]): readonly string[] {
  const { wanted } = requestOf(settingsFor("simplified", oneTime), rolledBack(...missing));
  return SIMPLIFIED.map((name) => wanted.volumes[name]?.source ?? "");
}

describe("the data of a side that comes in", () => {
  const synced = [
    "syncedFrom:admin_postgres_data",
    "syncedFrom:admin_redis_data",
    "syncedFrom:admin_minio_data",
  ];

  it("is what its volumes hold, or all of it the live side's where none of them is there", () => {
    assert.deepEqual(sources({}), ["existing", "existing", "existing"]);
    assert.deepEqual(sources({}, ...SIMPLIFIED), synced);
  });

  it("is no mixture: rows without their documents, or the other way round, are refused with the ways out", () => {
    const message = messageOf(settingsFor("simplified"), rolledBack("mvp_postgres_data"));
    assert.match(
      message,
      /data: belongs together, and would come from different places: mvp_postgres_data from the live side; mvp_redis_data, data\/documents as it was left/,
    );
    assert.match(message, /dataSource live, backup or existing/);
    assert.match(message, /volumes\.mvp_postgres_data\.source/);
  });

  it("is as it was left also where an undone change has overwritten some of it, and a snapshot has that", () => {
    const observed = rolledBack();
    const last = observed.recorded.changes.at(-2);
    const backup = observed.backups.at(-1);
    assert.ok(last && backup);
    const volumes = { mvp_postgres_data: { source: "backup:b1", number: 9 } };
    const request = { ...last.request, number: 9, wanted: { ...last.request.wanted, volumes } };
    const undone = { ...last, request, state: "aborted", written: ["mvp_postgres_data"] } as const;
    const snapshot = {
      ...backup,
      id: "safety-9",
      kind: "safety",
      volumes: undone.written,
    } as const;
    const { wanted } = requestOf(settingsFor("simplified"), {
      ...observed,
      recorded: { highest: 9, changes: [...observed.recorded.changes, undone] },
      backups: [...observed.backups, snapshot],
    });
    assert.deepEqual(
      SIMPLIFIED.map((name) => wanted.volumes[name]?.source),
      ["backup:safety-9", "existing", "existing"],
    );
  });

  it("comes from one place where that is said, and a single volume from another where it is named", () => {
    assert.deepEqual(sources({ dataSource: "live" }, "mvp_postgres_data"), synced);
    const named = { volumes: { mvp_postgres_data: { source: "live" } } } as const;
    const mixed = [synced[0], "existing", "existing"];
    assert.deepEqual(sources(named, "mvp_postgres_data"), mixed);
    assert.deepEqual(sources(named), mixed);
    const kept = { dataSource: "live", volumes: { "data/documents": { source: "existing" } } };
    assert.deepEqual(sources(kept as OneTimeSettings), [synced[0], synced[1], "existing"]);
  });

  it("cannot come from the live side where that has nothing of the kind", () => {
    const volumes = { platform_redis_data: { source: "live" } } as const;
    const settings = settingsFor("pre-simplification", { volumes });
    assert.match(
      messageOf(settings, simplifiedSide().observed(settings)),
      /volume "platform_redis_data": the live side has nothing that it could be synced from/,
    );
  });
});
