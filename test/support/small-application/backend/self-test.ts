import { test } from "node:test";
import { readRelease } from "./release";

void test("the release has every module that it needs", () => {
  readRelease("src");
});
