import { join } from "node:path";
import { readApplication } from "../host/application";
import type { Application } from "../plan/application/application";
import { CLONE } from "./environment";

/** The application that the demo imitates, as its description in this clone has it. */
export async function describedApplication(): Promise<Application> {
  return readApplication(join(CLONE, "applications", "motovaultpro.yaml"));
}
