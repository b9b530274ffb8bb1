import assert from "node:assert";
import { test } from "node:test";
import { waitFor } from "../core/retry.js";

test("an attempt is repeated until it succeeds", async () => {
  let attempts = 0;
  const result = await waitFor("the third attempt", async () => {
    attempts += 1;
    if (attempts < 3) {
      throw new Error("not yet");
    }
    return attempts;
  });
  assert.strictEqual(result, 3);
});

test("after the deadline the last error is the cause", async () => {
  const attempt = waitFor("nothing", () => Promise.reject(new Error("never")), 0);
  await assert.rejects(attempt, /nothing was not reached/);
});
