import assert from "node:assert/strict";
import { phasesOfStack, topologyFor } from "./application";
import type { Plan } from "../../plan/run/plan";
import { sameData } from "../../plan/same-data";
import { parseSource } from "../../plan/model/source";
import type { ChangeRequest } from "../../plan/model/wanted";
import type { ModelHost } from "./model-host";
import { COMMITS, releaseOf } from "./model-settings";

/** Every volume of the map has the content that its source says; a volume of the other side was not written. */
export function checkSources(
  host: ModelHost,
  plan: Plan & { ok: true },
  before: ReadonlyMap<string, string>,
): void {
  if (plan.run !== "change") return;
  const { wanted } = plan.request;
  for (const [name, chosen] of Object.entries(wanted.volumes)) {
    const content = host.volumes.get(name);
    assert.equal(content, contentWanted(host, plan, before, name), `${name} <- ${chosen.source}`);
    assert.notEqual(content, "half-written");
  }
  for (const [name, content] of before) {
    if (!(name in wanted.volumes)) {
      const expected = host.acknowledged.get(name) ?? content;
      assert.equal(host.volumes.get(name), expected, `${name} was touched`);
    }
  }
  checkReached(host, plan.request);
}

function contentWanted(
  host: ModelHost,
  { request }: Plan & { ok: true },
  before: ReadonlyMap<string, string>,
  name: string,
): string | undefined {
  const chosen = request.wanted.volumes[name];
  const source = parseSource(chosen?.source ?? "");
  if (chosen?.number !== request.number || source.kind === "existing") {
    return host.acknowledged.get(name) ?? before.get(name);
  }
  if (source.kind === "empty") return "empty";
  if (source.kind === "backup") return host.contentOfBackup(source.id, source.volume ?? name);
  return host.acknowledged.get(source.volume) ?? before.get(source.volume);
}

/** The containers of the map, and its release: at both ends that of the whole commit. */
export function checkReached(host: ModelHost, { stack, wanted }: ChangeRequest): void {
  const topology = topologyFor(wanted.rolledBackPhases);
  const names = topology.services.map(({ name }) => name).sort();
  assert.deepEqual(host.containers.map(({ name }) => name).sort(), names);
  const last = host.changes.findLast(({ state }) => state === "done");
  assert.deepEqual(last?.request.wanted.release, wanted.release);
  if (sameData(wanted.rolledBackPhases, phasesOfStack(stack))) {
    assert.deepEqual(wanted.release, releaseOf(COMMITS[stack]));
  }
}
