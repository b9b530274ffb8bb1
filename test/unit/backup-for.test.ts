import assert from "node:assert/strict";
import { backupFor } from "../../plan/data/backup-for";
import type { BackupSummary, Facts } from "../../plan/model/observed";
import type { OneTimeSettings } from "../../plan/model/wanted";
import type { StackName } from "../../plan/application/topology";
import { earlierSide } from "../support/plans";

const EARLIER = "pre-simplification";

describe("the backup that a side comes from", () => {
  const live = earlierSide().observed();
  const [first] = live.backups;
  assert.ok(first);
  const backups: readonly BackupSummary[] = [
    { ...first, id: "old", sequence: 1 },
    { ...first, id: "new", sequence: 2 },
    { ...first, id: "unverified", sequence: 3, verified: false },
    { ...first, id: "safety-9", sequence: 4, kind: "safety" },
    { ...first, id: "imported", sequence: 5, kind: "imported" },
    { ...first, id: "after", sequence: 6, stack: "simplified" },
  ];
  const facts: Facts = { ...live, backups };

  // What it restores, and the backups of its data, its commit and its untracked files.
  const cases: readonly (readonly [
    string,
    StackName,
    OneTimeSettings,
    readonly [boolean, string, string, string],
  ])[] = [
    ["the earlier side", EARLIER, {}, [true, "new", "new", "new"]],
    ["the earlier side, named", EARLIER, { backup: "old" }, [true, "old", "old", "old"]],
    [
      "the earlier side as it was left",
      EARLIER,
      { dataSource: "existing" },
      [false, "new", "new", "-"],
    ],
    [
      "the earlier side with the live data",
      EARLIER,
      { dataSource: "live" },
      [true, "new", "new", "-"],
    ],
    ["the simplified side", "simplified", {}, [false, "new", "-", "-"]],
    ["the simplified side, named", "simplified", { backup: "old" }, [true, "old", "-", "-"]],
    [
      "the simplified side from a backup",
      "simplified",
      { dataSource: "backup" },
      [true, "new", "-", "-"],
    ],
    [
      "the simplified side from a backup of its own",
      "simplified",
      { dataSource: "backup", backup: "after" },
      [true, "after", "-", "after"],
    ],
    [
      "the simplified side from a backup of the other one",
      "simplified",
      { dataSource: "backup", backup: "old" },
      [true, "old", "-", "-"],
    ],
    ["a backup that does not exist", EARLIER, { backup: "none" }, [true, "-", "-", "-"]],
  ];

  for (const [title, stack, settings, expected] of cases) {
    it(`of ${title}`, () => {
      const { restoresData, data, commit, untracked } = backupFor(stack, settings, facts);
      const ids = [data, commit, untracked].map((backup) => backup?.id ?? "-");
      assert.deepEqual([restoresData, ...ids], expected);
    });
  }

  it("is an imported one only where there is no other", () => {
    const imported = backups.filter(({ kind }) => kind === "imported" || kind === "safety");
    assert.equal(backupFor(EARLIER, {}, { ...facts, backups: imported }).data?.id, "imported");
  });

  it("gives no untracked files where nothing is live: the work tree has them", () => {
    const lost: Facts = { ...facts, containers: [], recorded: { highest: 0, changes: [] } };
    assert.equal(backupFor(EARLIER, {}, lost).untracked, undefined);
  });
});
