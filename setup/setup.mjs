// Brings a fresh clone to the point where the demo and the tests run. See README.md beside this file.
import { writeEnvironment } from "./environment.mjs";
import { withLock } from "./lock.mjs";
import { missingPrerequisites } from "./prerequisites.mjs";
import { provide } from "./provide.mjs";
import { isComplete, survey } from "./survey.mjs";
import { reportError, say } from "./terminal.mjs";

async function provideEverything() {
  const found = await survey();
  const problems = await missingPrerequisites(found);
  if (problems.length > 0) {
    const heading = `${problems.length} missing, nothing was changed`;
    throw new Error([heading, ...problems].join("\n  "));
  }
  if (isComplete(found)) return provide(found);
  // Another set-up may make something while this one waits for the lock.
  return withLock(async () => provide(await survey()));
}

async function main() {
  const started = performance.now();
  say("set-up");
  await writeEnvironment(await provideEverything());
  say(`set-up complete in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

try {
  await main();
} catch (error) {
  reportError(error.message);
  process.exitCode = 1;
}
