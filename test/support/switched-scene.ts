import { Acknowledged } from "./acknowledged";
import { Scene } from "./scene";
import { smallApplication } from "./small-application";

/** A host with the small application that has gone forward: a backup of its earlier side, and the simplified one live. */
export interface SwitchedScene {
  readonly scene: Scene;
  readonly written: Acknowledged;
}

export async function openSwitchedScene(): Promise<SwitchedScene> {
  const scene = await Scene.open(smallApplication);
  try {
    const written = new Acknowledged(scene.client);
    await scene.up("pre-simplification");
    await written.write();
    await scene.backUp();
    await scene.up("simplified");
    return { scene, written };
  } catch (error) {
    await scene.close();
    throw error;
  }
}
