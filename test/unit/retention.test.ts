import assert from "node:assert/strict";
import { changesThatUsed, retention } from "../../plan/data/retention";
import type { ModelHost } from "../support/model-host";
import { earlierSide, simplifiedSide } from "../support/plans";

/** A host that has gone back and forth, restoring each time, and has what every change saved. */
function busyHost(turns: number): ModelHost {
  const host = earlierSide();
  for (let turn = 0; turn < turns; turn += 1) {
    host.carryOut(host.plan("simplified"));
    host.write();
    host.carryOut(host.plan("pre-simplification"));
    host.write();
  }
  return host;
}

function ids(backups: readonly { readonly id: string }[]): string[] {
  return backups.map(({ id }) => id);
}

describe("which backups prune removes", () => {
  it("keeps as many of each topology as asked for, newest first, and removes only older ones", () => {
    const observed = busyHost(4).observed();
    const { keep, remove } = retention(observed, 1);
    assert.ok(remove.length > 0);
    assert.equal(keep.length + remove.length, observed.backups.length);
    const sequences = remove.map(({ sequence }) => sequence);
    assert.deepEqual(
      sequences,
      [...sequences].sort((a, b) => b - a),
    );
    for (const { stack, sequence } of remove) {
      const newer = keep.filter(
        ({ backup }) => backup.stack === stack && backup.sequence > sequence,
      );
      assert.ok(newer.length > 0, "something newer of that topology stays");
    }
  });

  it("never removes what somebody made or imported", () => {
    const host = busyHost(3);
    const { remove } = retention(host.observed(), 0);
    assert.ok(!ids(remove).includes("b1"));
    const imported = host
      .observed()
      .backups.map((backup) => ({ ...backup, kind: "imported" as const }));
    assert.deepEqual(retention({ ...host.observed(), backups: imported }, 0).remove, []);
  });

  it("never removes the newest verified backup of a topology, whatever is newer but not verified", () => {
    const observed = busyHost(3).observed();
    const automatic = observed.backups.filter(({ kind }) => kind === "automatic");
    const [last, before] = [automatic.at(-1), automatic.at(-2)];
    const backups = observed.backups
      .filter(({ kind }) => kind !== "preExecution")
      .map((backup) => (backup === last ? { ...backup, verified: false } : backup));
    const { remove } = retention({ ...observed, backups }, 0);
    assert.ok(before !== undefined && !ids(remove).includes(before.id));
  });

  it("never removes what the live map was restored from, or its safety snapshot", () => {
    const observed = busyHost(3).observed();
    const last = observed.recorded.changes.at(-1)?.request;
    assert.ok(last !== undefined && last.overwrites.length > 0);
    const { keep } = retention(observed, 0);
    const kept = ids(keep.map(({ backup }) => backup));
    assert.ok(kept.includes(`safety-${last.number}`));
    for (const { source } of Object.values(last.wanted.volumes)) {
      assert.ok(!source.startsWith("backup:") || kept.includes(source.slice("backup:".length)));
    }
  });

  it("never removes what an open change needs to go on or to be aborted", () => {
    const host = simplifiedSide();
    host.carryOut(host.plan("pre-simplification"));
    host.carryOut(host.plan("simplified"));
    host.carryOut(host.plan("pre-simplification"), 3);
    const open = host.observed().recorded.changes.find(({ state }) => state === "open");
    assert.ok(open !== undefined);
    const kept = ids(retention(host.observed(), 0).keep.map(({ backup }) => backup));
    assert.ok(kept.includes(`safety-${open.request.number}`));
    host.abort();
    const after = ids(retention(host.observed(), 0).keep.map(({ backup }) => backup));
    assert.ok(after.includes(`safety-${open.request.number}`), "as left means this snapshot now");
  });

  it("says which changes took their data from a backup", () => {
    const host = simplifiedSide();
    host.carryOut(host.plan("pre-simplification", { backup: "b1" }));
    const number = host.observed().recorded.changes.at(-1)?.request.number;
    assert.equal(changesThatUsed(host.observed(), "b1").at(-1), number);
    assert.deepEqual(changesThatUsed(host.observed(), "never"), []);
  });
});
