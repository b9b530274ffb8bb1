import assert from "node:assert/strict";
import { CliFixture } from "./cli-fixture";

describe("rollback validate", function () {
  this.timeout(120_000);
  let fixture: CliFixture;

  before(async () => {
    fixture = await CliFixture.make();
  });
  after(async () => fixture.host.remove());

  it("refuses a phase that there is not", async () => {
    const answer = await fixture.command("validate", "--phase", "12");
    assert.equal(answer.exitCode, 1);
    assert.match(answer.stderr, /argument '12' is invalid\. phases are 1 to 11/);
  });

  it("says that nothing is live, or that no record knows what is", async () => {
    const nothing = await fixture.command("validate");
    assert.equal(nothing.exitCode, 1);
    assert.match(nothing.stderr, /^cannot validate: 1 problem, .*\n {2}live side: there is none/);
    await fixture.startService("traefik", "pre-simplification");
    const unknown = await fixture.command("validate");
    assert.equal(unknown.exitCode, 1);
    assert.match(unknown.stderr, /"pre-simplification" is live, but no record knows it/);
    assert.match(unknown.stderr, /pulumi up --stack pre-simplification records it/);
    assert.equal(unknown.stdout, "");
  });
});
