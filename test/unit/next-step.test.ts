import assert from "node:assert/strict";
import type { ChangeRecord, Facts } from "../../plan/model/observed";
import { nextStep } from "../../plan/run/next-step";
import { settingsFor } from "../support/model-settings";
import { ModelHost } from "../support/model-host";
import { earlierSide, requestOf } from "../support/plans";

const HOLDER = { holder: "anna", host: "h", pid: 1, number: 2, since: "2026-11-23T12:00:00Z" };

describe("the next step", () => {
  const facts = earlierSide().observed();
  const request = requestOf(settingsFor("simplified"), facts);
  const withOpen = (cutOver: boolean): Facts => {
    const open: ChangeRecord = {
      ...{ request, cutOver, state: "open", written: [] },
      ...{ outgoingUntracked: null, outgoingBranch: null, workTreeMoved: false },
    };
    const changes = [...facts.recorded.changes, open];
    return { ...facts, recorded: { ...facts.recorded, changes } };
  };

  const cases: readonly (readonly [string, Facts, readonly string[], string])[] = [
    [
      "is a deployment where nothing is live",
      new ModelHost().observed(),
      [],
      "deploy a side: pulumi up --stack <stack>",
    ],
    ["is none where everything is well", facts, [], "nothing to do"],
    [
      "is a repair where it is not",
      facts,
      ["traefik"],
      "repair: pulumi up --stack pre-simplification",
    ],
    [
      "is to finish or to abort what is open",
      withOpen(false),
      ["traefik"],
      "finish change 2: pulumi up --stack simplified; or abort it: rollback abort",
    ],
    [
      "is to finish what has cut over",
      withOpen(true),
      [],
      "finish change 2: pulumi up --stack simplified",
    ],
    [
      "is to wait for a run at work, whatever is open",
      { ...withOpen(true), lock: { ...HOLDER, alive: true } },
      [],
      "wait for the run that holds the lock",
    ],
    [
      "is not held up by the lock of one that is gone",
      { ...facts, lock: { ...HOLDER, alive: false } },
      [],
      "nothing to do",
    ],
  ];

  for (const [title, found, unhealthy, expected] of cases) {
    it(title, () => {
      assert.equal(nextStep(found, unhealthy), expected);
    });
  }
});
