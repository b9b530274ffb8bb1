import { describeCombinations } from "../support/describe-combinations";
import { openSwitchedScene, type SwitchedScene } from "../support/switched-scene";

describe("the small application, once its simplified side is live", function () {
  this.timeout("10m");
  let host: SwitchedScene;

  before(async () => {
    host = await openSwitchedScene();
  });
  after(async () => {
    await host.scene.close();
  });

  describeCombinations(40, () => host);
});
