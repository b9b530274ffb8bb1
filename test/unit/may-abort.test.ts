import assert from "node:assert/strict";
import type { ChangeRecord } from "../../plan/model/observed";
import type { ChangeRequest } from "../../plan/model/wanted";
import { type AbortFacts, mayAbort, syncsInPlace } from "../../plan/run/may-abort";
import { settingsFor } from "../support/model-settings";
import { earlierSide, flagged, requestOf, simplifiedSide } from "../support/plans";

const QUIET: AbortFacts = { live: "pre-simplification", servesSyncedData: false, running: [] };
const RUNNING = [{ step: "release", pid: 7 }];
const NOTHING: readonly string[] = [];

describe("giving an open change up", () => {
  const forward = requestOf(settingsFor("simplified"), earlierSide().observed());
  const inPlace: ChangeRequest = { ...forward, kind: "inPlace" };

  const cases: readonly {
    readonly title: string;
    readonly request?: ChangeRequest;
    readonly cutOver?: boolean;
    readonly found?: Partial<AbortFacts>;
    readonly force?: boolean;
    readonly refused: readonly string[];
  }[] = [
    { title: "is fine before the cutover", refused: NOTHING },
    { title: "is too late once it has cut over", cutOver: true, refused: ["has cut over already"] },
    {
      title: "is too late when the side that it stages serves, whatever its record says",
      found: { live: "simplified" },
      refused: ["the side that it stages, simplified, serves"],
    },
    {
      title: "is fine in place, where the side that it changes serves all the time",
      request: inPlace,
      found: { live: "simplified" },
      refused: NOTHING,
    },
    {
      title: "is too late in place once people may write to what was synced",
      request: inPlace,
      found: { live: "simplified", servesSyncedData: true },
      refused: ["has synced the data over, and its containers serve"],
    },
    {
      title: "waits for a step that outlived its run",
      found: { running: RUNNING },
      refused: ["still runs, though the run that started it is gone (process 7)"],
    },
    { title: "does not, if forced", found: { running: RUNNING }, force: true, refused: NOTHING },
    {
      title: "is too late after the cutover, forced or not",
      cutOver: true,
      found: { running: RUNNING },
      force: true,
      refused: ["has cut over already"],
    },
    {
      title: "is refused with everything that speaks against it",
      cutOver: true,
      found: { running: RUNNING },
      refused: [
        "has cut over already",
        "still runs, though the run that started it is gone (process 7)",
      ],
    },
  ];

  for (const { title, request, cutOver = false, found, force = false, refused } of cases) {
    it(title, () => {
      const change = recordOf(request ?? forward, cutOver);
      const problems = mayAbort(change, { ...QUIET, ...found }, force);
      assert.deepEqual(
        problems.map(({ what }) => what),
        refused,
      );
    });
  }

  it("has to ask whether synced data is served only of a flag that syncs", () => {
    const host = simplifiedSide();
    assert.equal(syncsInPlace(flagged(host, [7])), true);
    assert.equal(syncsInPlace(flagged(host, [9])), false);
    assert.equal(syncsInPlace(forward), false);
  });
});

function recordOf(request: ChangeRequest, cutOver: boolean): ChangeRecord {
  return {
    ...{ request, cutOver, state: "open", written: [] },
    ...{ outgoingUntracked: null, outgoingBranch: null, workTreeMoved: false },
  };
}
