import { randomInt } from "node:crypto";
import { topologyFor } from "./application";
import { assertDatabasesWhole, assertHost } from "./assert-topology";
import { type Combination, combinationsOf, combinationText, rolledBackBy } from "./combinations";
import type { Scene } from "./scene";
import type { SwitchedScene } from "./switched-scene";

const LARGEST_SEED = 2 ** 31;

/**
 * Tests that take one host through random combinations of phases, one after the other. ROLLBACK_SEED repeats a sequence of the
 * same length.
 */
export function describeCombinations(count: number, host: () => SwitchedScene): void {
  const { ROLLBACK_SEED } = process.env;
  const seed = ROLLBACK_SEED === undefined ? randomInt(LARGEST_SEED) : Number(ROLLBACK_SEED);

  describe(`${count} random combinations of phases on one host (ROLLBACK_SEED=${seed})`, () => {
    let asPlanned = true;

    combinationsOf(seed, count).forEach((combination, index) => {
      it(`${index + 1}: ${combinationText(combination)}`, async function () {
        // After a failure the host is not where the next one begins.
        if (!asPlanned) this.skip();
        asPlanned = false;
        const { scene, written } = host();
        await reach(scene, combination);
        await written.assertThere();
        await written.write();
        await written.assertThere();
        asPlanned = true;
      });
    });
  });
}

/** The host equals the plan, and the next preview finds nothing to do. */
async function reach(scene: Scene, combination: Combination): Promise<void> {
  const { stack, flags } = combination;
  await scene.configure(stack, { ...flags, dataSource: "live", acceptSchema: true });
  await scene.up(stack);
  await assertHost(scene, topologyFor(rolledBackBy(combination)));
  await assertDatabasesWhole(scene);
  await scene.mustPulumi(["preview", "--expect-no-changes", "--stack", stack]);
}
