import assert from "node:assert/strict";
import { DataHost } from "../integration/data-host";
import { copyAsTheDocument, requireSound, startPgbench, whileWritten } from "../support/pgbench";

const TIMES = 5;

/** The control of test/integration/backups-pgbench.test.ts: the same check can fail. */
describe("a plain copy of a PostgreSQL that is written all the time", () => {
  let host: DataHost;

  before(async () => {
    host = await DataHost.make();
  });

  after(() => host.remove());

  it(`is not sound at least once in ${TIMES} times`, async () => {
    const volume = await host.volume("written", "postgres");
    const server = await startPgbench(host, "server", volume, 20);
    for (let time = 1; time <= TIMES; time += 1) {
      const copy = await host.volume(`copy-${time}`, "postgres");
      await whileWritten(server, () => copyAsTheDocument(host, volume, copy));
      const sound = await requireSound(host, `copy-${time}`, copy).catch((error: unknown) => {
        console.log(`      copy ${time}: ${String(error).split("\n")[0] ?? ""}`);
        return null;
      });
      if (sound === null) return;
    }
    assert.fail("every plain copy was sound");
  });
});
