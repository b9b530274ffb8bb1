import assert from "node:assert/strict";
import fc from "fast-check";
import { parseSource } from "../../plan/source";
import { topologyOfStack } from "../../plan/topologies";
import { STACK_NAMES, type StackName } from "../../plan/topology";
import type { Plan } from "../../plan/plan";
import { ModelHost } from "../support/model-host";
import { COMMITS, releaseOf } from "../support/model-settings";

type Action =
  | {
      readonly kind: "reach";
      readonly stack: StackName;
      readonly asLeft: boolean;
      readonly steps: number;
      readonly abort: boolean;
    }
  | { readonly kind: "write" }
  | { readonly kind: "backUp" }
  | { readonly kind: "repeat" };

const actions: fc.Arbitrary<Action> = fc.oneof(
  fc.record({
    kind: fc.constant("reach" as const),
    stack: fc.constantFrom(...STACK_NAMES),
    asLeft: fc.boolean(),
    steps: fc.oneof(fc.constant(100), fc.integer({ min: 0, max: 20 })),
    abort: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("write" as const) }),
  fc.record({ kind: fc.constant("backUp" as const) }),
  fc.record({ kind: fc.constant("repeat" as const) }),
);

describe("the model: reach a map of wanted sources", () => {
  it("holds after any sequence of switches, interruptions, aborts, writes, backups and repeats", () => {
    fc.assert(
      fc.property(fc.array(actions, { minLength: 1, maxLength: 14 }), (sequence) => {
        const host = new ModelHost();
        for (const [index, action] of sequence.entries()) act(host, action, index);
      }),
      { numRuns: 1000 },
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
  checkReached(host, stack);
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
  const oneTime = action.asLeft ? { dataSource: "asLeft" as const } : {};
  const before = new Map(host.volumes);
  const plan = host.plan(action.stack, oneTime);
  if (!plan.ok) return;
  host.carryOut(plan, action.steps);
  const open = host.changes.find(({ state }) => state === "open");
  if (open !== undefined) {
    const refused = host.plan(
      action.stack === "simplified" ? "pre-simplification" : "simplified",
      oneTime,
    );
    assert.equal(refused.ok, false, "the other stack is refused while a change is open");
    if (action.abort && host.abort()) return;
    const again = host.plan(action.stack, oneTime);
    assert.ok(again.ok && again.run === "continue" && again.request.number === plan.request.number);
    host.carryOut(again);
  } else if (plan.run !== "nothing" && host.changes.length === 0) return;
  if (
    host.changes.some(
      (change) => change.request.number === plan.request.number && change.state === "done",
    )
  ) {
    checkSources(host, plan, before);
    repeat(host);
  }
}

/** Every volume of the map has the content that its source says; a volume of the other side was not written. */
function checkSources(
  host: ModelHost,
  plan: Plan & { ok: true },
  before: ReadonlyMap<string, string>,
): void {
  if (plan.run !== "change") return;
  for (const [name, chosen] of Object.entries(plan.request.wanted.volumes)) {
    const source = parseSource(chosen.source);
    const content = host.volumes.get(name);
    const chosenNow = chosen.number === plan.request.number;
    const expected =
      source.kind === "backup" && chosenNow
        ? host.contentOfBackup(source.id, source.volume ?? name)
        : source.kind === "empty" && chosenNow
          ? "empty"
          : before.get(name);
    assert.equal(content, expected, `${name} <- ${chosen.source}`);
    assert.notEqual(content, "half-written");
  }
  for (const [name, content] of before) {
    if (!(name in plan.request.wanted.volumes))
      assert.equal(host.volumes.get(name), content, `${name} was touched`);
  }
  checkReached(host, plan.request.stack);
}

function checkReached(host: ModelHost, stack: StackName): void {
  const topology = topologyOfStack(stack);
  const names = topology.services.map(({ name }) => name).sort();
  assert.deepEqual(host.containers.map(({ name }) => name).sort(), names);
  const last = host.changes.findLast(({ state }) => state === "done");
  assert.deepEqual(last?.request.wanted.release, releaseOf(COMMITS[stack]));
}

/** The live side asked for again: nothing is done, whatever was written or backed up since. */
function repeat(host: ModelHost): void {
  if (host.changes.some(({ state }) => state === "open")) return;
  const live = host.changes.findLast(({ state }) => state === "done")?.request.stack;
  if (live === undefined) return;
  host.restored = [];
  const plan = host.plan(live);
  assert.ok(plan.ok && plan.run === "nothing", JSON.stringify(plan));
  host.carryOut(plan);
  assert.deepEqual(host.restored, []);
}
