import assert from "node:assert/strict";
import { isLeftBehind, ownedName } from "../../host/owned-name";

/** Larger than any process id of Linux. */
const NOBODY = "4194305";

describe("names of temporary things", () => {
  it("tell that a living process made them, whatever stands in front", async () => {
    const name = await ownedName();
    assert.notEqual(name, await ownedName());
    for (const prefix of ["", ".part-20261123-021500.", "rollback-check-"]) {
      assert.equal(await isLeftBehind(`${prefix}${name}`), false);
    }
  });

  it("tell that their process is gone, and are not confused by a later process of the same id", async () => {
    const [pid = "", started = "", rest = ""] = (await ownedName()).split(".");
    const earlier = Buffer.from("an earlier start").toString("base64url");
    assert.equal(await isLeftBehind(`.part-x.${[NOBODY, started, rest].join(".")}`), true);
    assert.equal(await isLeftBehind(`.part-x.${[pid, earlier, rest].join(".")}`), true);
  });

  it("are left alone when they name no process", async () => {
    for (const name of ["", "documents", "20261123-021500", ".part-x", "a.b.c"]) {
      assert.equal(await isLeftBehind(name), false);
    }
  });
});
