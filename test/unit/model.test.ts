import assert from "node:assert/strict";
import fc from "fast-check";
import { usesData } from "../../plan/application/topologies";
import { ALL_PHASES } from "../support/application";
import { STACK_NAMES, type StackName } from "../../plan/application/topology";
import type { Wanted } from "../../plan/model/wanted";
import { checkReached, checkSources } from "../support/model-checks";
import { ModelHost } from "../support/model-host";
import { earlierSide, simplifiedSide } from "../support/plans";

type Action =
  | {
      readonly kind: "reach";
      readonly stack: StackName;
      readonly dataSource: "existing" | "live" | undefined;
      readonly phases: Readonly<Record<string, boolean>>;
      readonly steps: number;
      readonly abort: boolean;
      readonly failBack: boolean;
      readonly refuse: boolean;
    }
  | { readonly kind: "write" }
  | { readonly kind: "backUp" }
  | { readonly kind: "repeat" };

const actions: fc.Arbitrary<Action> = fc.oneof(
  fc.record({
    kind: fc.constant("reach" as const),
    stack: fc.constantFrom(...STACK_NAMES),
    dataSource: fc.constantFrom("existing" as const, "live" as const, undefined),
    phases: fc.oneof(
      fc.constant({}),
      fc.dictionary(fc.constantFrom("1", "3", "5", "7", "8", "9"), fc.boolean(), { maxKeys: 3 }),
    ),
    steps: fc.oneof(fc.constant(100), fc.integer({ min: 0, max: 30 })),
    abort: fc.boolean(),
    failBack: fc.boolean(),
    refuse: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("write" as const) }),
  fc.record({ kind: fc.constant("backUp" as const) }),
  fc.record({ kind: fc.constant("repeat" as const) }),
);

/** More than any change has. */
const MOST_STEPS = 40;

describe("the model: reach a map of wanted sources", () => {
  it("holds after any sequence of switches, flags, syncs, interruptions, cutovers that fail, gates that fail, aborts, writes, backups and repeats", () => {
    fc.assert(
      fc.property(fc.array(actions, { minLength: 1, maxLength: 14 }), (sequence) => {
        const host = new ModelHost();
        for (const [index, action] of sequence.entries()) act(host, action, index);
      }),
      { numRuns: 1000 },
    );
  });

  for (const stack of STACK_NAMES) {
    it(`syncs to ${stack} what the live side held last, killed after any step, its downtime failed or not`, () => {
      for (const failBack of [false, true]) {
        for (let steps = 0; steps <= MOST_STEPS; steps += 1) {
          const host = stack === "simplified" ? earlierSide() : simplifiedSide();
          const plan = host.plan(stack, { dataSource: "live" });
          const before = new Map(host.volumes);
          assert.ok(plan.ok);
          host.carryOut(plan, steps);
          if (failBack) host.failBack();
          if (host.changes.at(-1)?.state === "open") host.write();
          const again = host.plan(stack, { dataSource: "live" });
          assert.ok(again.ok);
          host.carryOut(again);
          checkSources(host, plan, before);
          repeat(host);
        }
      }
    });
  }

  it("gives a switch whose gates failed a new number, and what is restored by it is restored again", () => {
    let refused = 0;
    for (let steps = 1; steps <= MOST_STEPS; steps += 1) {
      const host = simplifiedSide();
      const plan = host.plan("pre-simplification");
      assert.ok(plan.ok);
      host.carryOut(plan, steps);
      if (!host.refuse()) continue;
      refused += 1;
      host.restored = [];
      const again = host.plan("pre-simplification");
      assert.ok(again.ok && again.run === "change");
      assert.equal(again.request.number, plan.request.number + 1);
      host.carryOut(again);
      assert.equal(host.restored.length, Object.keys(plan.request.wanted.volumes).length);
      checkReached(host, again.request);
    }
    assert.equal(
      refused,
      1,
      "there is one step after which the new side serves and may be refused",
    );
  });

  it("brings topology, release, images and mounts of A back after A, B, A", () => {
    for (const first of STACK_NAMES) {
      const host = new ModelHost();
      const other = first === "simplified" ? "pre-simplification" : "simplified";
      const before = reached(host, first);
      if (first === "simplified")
        assert.equal(host.plan(other).ok, false, "no backup of the earlier side exists");
      if (first === "simplified") continue;
      host.backUp("b1");
      reached(host, other);
      const after = reached(host, first);
      assert.deepEqual(after.release, before.release);
      assert.deepEqual(after.images, before.images);
      assert.deepEqual(after.rolledBackPhases, before.rolledBackPhases);
    }
  });
});

function reached(host: ModelHost, stack: StackName) {
  const plan = host.plan(stack);
  assert.ok(plan.ok);
  host.carryOut(plan);
  checkReached(host, plan.request);
  return plan.request.wanted;
}

function act(host: ModelHost, action: Action, index: number): void {
  if (action.kind === "write") {
    if (host.changes.every(({ state }) => state !== "open")) host.write();
  } else if (action.kind === "backUp") {
    if (host.changes.every(({ state }) => state !== "open")) host.backUp(`b${index}`);
  } else if (action.kind === "repeat") {
    repeat(host);
  } else {
    reach(host, action);
  }
}

function reach(host: ModelHost, action: Extract<Action, { kind: "reach" }>): void {
  const { stack, phases } = action;
  const oneTime = action.dataSource === undefined ? {} : { dataSource: action.dataSource };
  const before = new Map(host.volumes);
  host.acknowledged.clear();
  const plan = host.plan(stack, oneTime, phases);
  if (!plan.ok) return;
  host.carryOut(plan, action.steps);
  if (host.changes.some(({ state }) => state === "open")) {
    const refused = host.plan(
      stack === "simplified" ? "pre-simplification" : "simplified",
      oneTime,
    );
    assert.equal(refused.ok, false, "the other stack is refused while a change is open");
    if (action.failBack) host.failBack();
    const closed = action.refuse && host.refuse();
    host.write();
    if (closed || (action.abort && host.abort())) {
      comesBack(host);
      return;
    }
    const again = host.plan(stack, oneTime, phases);
    assert.ok(again.ok && again.run === "continue" && again.request.number === plan.request.number);
    host.carryOut(again);
  }
  const done = host.changes.find(({ request }) => request.number === plan.request.number);
  if (done?.state !== "done") return;
  checkSources(host, plan, before);
  repeat(host);
}

/** After an abort the live side's own `up` leaves it with everything that was acknowledged. */
function comesBack(host: ModelHost): void {
  const live = host.changes.findLast(({ state }) => state === "done")?.request;
  if (live === undefined) return;
  const again = host.plan(live.stack, {}, flagsOf(live.wanted));
  assert.ok(again.ok);
  host.carryOut(again);
  host.unpark();
  const used = [...host.acknowledged].filter(([name]) => usesData(live.wanted.topology, name));
  for (const [name, written] of used) assert.equal(host.volumes.get(name), written, name);
}

function flagsOf({ rolledBackPhases }: Wanted): Record<string, boolean> {
  return Object.fromEntries(
    ALL_PHASES.map((phase) => [String(phase), rolledBackPhases.includes(phase)]),
  );
}

/** The live side asked for again: nothing is done, whatever was written or backed up since. */
function repeat(host: ModelHost): void {
  if (host.changes.some(({ state }) => state === "open")) return;
  const live = host.changes.findLast(({ state }) => state === "done")?.request;
  if (live === undefined) return;
  host.restored = [];
  const plan = host.plan(live.stack, {}, flagsOf(live.wanted));
  assert.ok(plan.ok && plan.run === "nothing", JSON.stringify(plan));
  host.carryOut(plan);
  assert.deepEqual(host.restored, []);
}
