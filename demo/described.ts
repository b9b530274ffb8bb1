import { join } from "node:path";
import { readDescription } from "../host/description";
import type { Description } from "../plan/application/description";
import { CLONE } from "./environment";

/** What the clone's description says about the application that the demo imitates. */
export async function describedApplication(): Promise<Description> {
  return readDescription(join(CLONE, "applications", "motovaultpro.yaml"));
}
