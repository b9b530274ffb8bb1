import assert from "node:assert/strict";
import { bringVolume } from "../../backup/volumes/restore";
import { requireSound, startPgbench, whileWritten } from "../support/pgbench";
import { DataHost } from "./data-host";
import { backUp } from "./volumes-fixture";

describe("a backup of a PostgreSQL that is written all the time", () => {
  let host: DataHost;

  before(async () => {
    host = await DataHost.make();
  });

  after(() => host.remove());

  it("restores to a server that is sound, index by index and sum by sum", async () => {
    const volume = await host.volume("written", "postgres");
    const server = await startPgbench(host, "server", volume, 8);
    await whileWritten(server, () => backUp(host, "while-written", volume));
    const restored = await host.volume("restored", "postgres");
    const source = { kind: "backup", id: "while-written", volume: "written" } as const;
    await bringVolume(host.context, restored, source, {});
    assert.ok((await requireSound(host, "restored", restored)) >= 50);
  });
});
