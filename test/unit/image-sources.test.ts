import assert from "node:assert/strict";
import { imageSources } from "../../plan/release/image-sources";
import { imagesToMake } from "../../plan/run/plan";
import type { BackupSummary, Observed } from "../../plan/model/observed";
import { planFor } from "../../plan/run/plan";
import { settingsFor } from "../support/model-settings";
import { requestOf, simplifiedSide } from "../support/plans";

const PRE = "pre-simplification";

/** The simplified side is live; its images and one other are on the host. */
function simplifiedLive(): Observed {
  const observed = simplifiedSide().observed();
  const live = requestOf(settingsFor("simplified"), observed);
  return { ...observed, images: [...Object.values(live.wanted.images), "unrelated:1"] };
}

function holding(observed: Observed, id: string, more: Partial<BackupSummary>): BackupSummary {
  const [any] = observed.backups;
  assert.ok(any);
  return { ...any, id, ...more };
}

describe("where images come from", () => {
  const backend = requestOf(settingsFor(PRE), simplifiedLive()).wanted.images["admin-backend"];
  assert.ok(backend);

  it("takes each from the newest verified backup that holds it, whatever it was made for", () => {
    const observed = simplifiedLive();
    const backups = [
      holding(observed, "new", { sequence: 9, kind: "safety", images: ["a:1", "b:1"] }),
      holding(observed, "old", { sequence: 8, images: ["a:1", "c:1"] }),
      holding(observed, "damaged", { sequence: 10, images: ["a:1", "d:1"], verified: false }),
    ];
    assert.deepEqual(imageSources(["a:1", "c:1", "d:1", "e:1"], backups), [
      { reference: "a:1", backup: "new" },
      { reference: "c:1", backup: "old" },
    ]);
  });

  it("makes exactly what is neither on the host nor in a backup when a change begins", () => {
    const observed = simplifiedLive();
    const wanted = new Set(Object.values(requestOf(settingsFor(PRE), observed).wanted.images));
    const plan = planFor(settingsFor(PRE), observed);
    assert.ok(plan.ok && plan.run === "change");
    const missing = [...wanted].filter((reference) => !observed.images.includes(reference));
    assert.ok(missing.length > 1 && missing.length < wanted.size);
    assert.deepEqual(imagesToMake(plan, observed), missing);

    const backup = holding(observed, "with-images", { sequence: 9, images: [backend] });
    const held = { ...observed, backups: [...observed.backups, backup] };
    const others = missing.filter((reference) => reference !== backend);
    assert.deepEqual(imagesToMake(plan, held), others);
    assert.deepEqual(imagesToMake(plan, { ...observed, images: [...wanted] }), []);
  });

  it("counts on no backup once a change has begun: what it loads is on the host by then", () => {
    const host = simplifiedSide();
    host.carryOut(host.plan(PRE), 3);
    const observed = host.observed();
    const backup = holding(observed, "with-images", { sequence: 9, images: [backend] });
    const held = { ...observed, backups: [...observed.backups, backup] };
    const plan = planFor(settingsFor(PRE), held);
    assert.ok(plan.ok && plan.run === "continue");
    assert.ok(imagesToMake(plan, held).includes(backend));
  });

  it("is said by the preview for what a backup has to be there for, and for nothing else", () => {
    const observed = simplifiedLive();
    const images = [backend, ...observed.images];
    const backup = holding(observed, "with-images", { sequence: 9, images });
    const plan = planFor(settingsFor(PRE), { ...observed, backups: [...observed.backups, backup] });
    assert.ok(plan.ok);
    const lines = plan.description.filter((line) => line.startsWith("image "));
    assert.deepEqual(lines, [`image ${backend} <- backup with-images`]);
  });
});
