import assert from "node:assert/strict";
import { parseChange } from "../../change/records/format";
import type { ChangeRequest } from "../../plan/model/wanted";
import { settingsFor } from "../support/model-settings";
import { ModelHost } from "../support/model-host";
import { earlierSide, flagged, requestOf, simplifiedSide } from "../support/plans";

const EARLIER = "pre-simplification";

describe("what a change is begun with", () => {
  const rollback = () => requestOf(settingsFor(EARLIER), simplifiedSide().observed());
  const forward = () => requestOf(settingsFor("simplified"), earlierSide().observed());
  const repair = () => {
    const observed = earlierSide().observed();
    const containers = observed.containers.filter(({ name }) => name !== "admin-redis");
    return requestOf(settingsFor(EARLIER), { ...observed, containers });
  };
  const unknownLiveSide = (stack: "simplified" | typeof EARLIER) => {
    const observed = { ...earlierSide().observed(), recorded: { changes: [], highest: 7 } };
    return requestOf(settingsFor(stack), observed);
  };

  it("names the edge that the ports are taken over from, wherever another one serves before", () => {
    assert.equal(rollback().outgoingEdge, "mvp-traefik");
    assert.equal(forward().outgoingEdge, "traefik");
    assert.equal(unknownLiveSide("simplified").outgoingEdge, "traefik");
    const first = requestOf(settingsFor(EARLIER), new ModelHost().observed());
    assert.equal(flagged(simplifiedSide(), [1]).outgoingEdge, "mvp-traefik", "also in place");
    for (const request of [first, flagged(simplifiedSide(), [3]), repair()])
      assert.equal(request.outgoingEdge, null, request.kind);
  });

  it("brings a release unless it repairs or records what is there", () => {
    const kinds = [rollback(), flagged(simplifiedSide(), [9]), repair(), unknownLiveSide(EARLIER)];
    assert.deepEqual(
      kinds.map(({ kind, bringsRelease }) => [kind, bringsRelease]),
      [
        ["switch", true],
        ["inPlace", true],
        ["repair", false],
        ["adopt", false],
      ],
    );
  });

  it("verifies every archive that it restores, and no other", () => {
    const [{ backup, volumes } = { backup: "", volumes: [] }, ...others] = rollback().verify;
    assert.equal(backup, "change-2", "the newest of the earlier side");
    assert.deepEqual(others, []);
    assert.deepEqual([...volumes].sort(), Object.keys(rollback().wanted.volumes).sort());
    assert.deepEqual(forward().verify, [], "what is synced is seeded from the change's own backup");
    assert.deepEqual(repair().verify, []);
  });

  it("verifies the archive of the counterpart that a volume is seeded from, and the bucket that documents are merged into", () => {
    const lost = { ...earlierSide().observed(), containers: [] };
    const seeded = requestOf(settingsFor("simplified"), lost);
    assert.ok(seeded.verify[0]?.volumes.includes("admin_postgres_data"));
    assert.deepEqual(flagged(simplifiedSide(), [3]).verify, [
      { backup: "change-2", volumes: ["admin_minio_data"] },
    ]);
  });

  it("holds the whole record of a live side that none knows, under the number before its own", () => {
    const request = unknownLiveSide("simplified");
    const { adopts, live } = request;
    assert.ok(adopts);
    assert.deepEqual(
      [adopts.number, adopts.kind, adopts.stack, adopts.from],
      [request.number - 1, "adopt", EARLIER, EARLIER],
    );
    assert.deepEqual(live, adopts.wanted);
    for (const other of [rollback(), unknownLiveSide(EARLIER)]) assert.equal(other.adopts, null);
  });

  it("is read from its record again as it was written", () => {
    for (const request of [rollback(), unknownLiveSide("simplified")])
      assert.deepEqual(parseChange(recordOf(request)).request, JSON.parse(JSON.stringify(request)));
  });
});

function recordOf(request: ChangeRequest): string {
  return JSON.stringify({
    ...{ format: 1, request, state: "open", cutOver: false, workTreeMoved: false },
    ...{ outgoingUntracked: null, outgoingBranch: null, retire: [], retireNetworks: [] },
    ...{ openedAt: "2026-11-23T12:00:00Z", closedAt: null },
  });
}
