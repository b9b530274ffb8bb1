import { deepEqual, equal, match, rejects } from "node:assert/strict";
import type { HelperMount } from "../../host/docker/helper";
import { volumeMount } from "../../host/docker/users";
import { syncVolume, type Synced } from "../../backup/volumes/sync";
import type { GovernedVolume } from "../../plan/application/topology";
import { DataHost } from "./data-host";
import { DISTURB, FINGERPRINT, NEWEST_CHANGE, ODD_FILES } from "./volumes-fixture";

describe("making one volume equal to another", function () {
  this.timeout(120_000);
  let host: DataHost;
  let from: GovernedVolume;
  let to: GovernedVolume;

  beforeEach(async () => {
    host = await DataHost.make();
    from = await host.volume("mvp_redis_data", "redis");
    to = await host.volume("admin_redis_data", "redis");
    await host.onVolume(from, ODD_FILES);
  });
  afterEach(() => host.remove());

  function mount(volume: GovernedVolume): HelperMount {
    return volumeMount(host.context, volume, { readOnly: false });
  }

  function sync(): Promise<Synced> {
    return syncVolume(host.context, mount(from), mount(to));
  }

  it("copies every kind of entry, then only what differs, then nothing; the digest is the proof", async () => {
    const before = await host.onVolume(from, FINGERPRINT);
    const first = await sync();
    const { entries, files, bytes, sha256 } = first;
    deepEqual(
      { entries, files, bytes, written: first.written },
      {
        ...{ entries: 21, files: 11, bytes: 52_428_826, written: 21 },
      },
    );
    match(sha256, /^[0-9a-f]{64}$/);
    equal(await host.onVolume(to, FINGERPRINT), before);

    const newest = await host.onVolume(to, NEWEST_CHANGE);
    deepEqual(await sync(), { ...first, written: 0 });
    equal(await host.onVolume(to, NEWEST_CHANGE), newest);

    await host.onVolume(to, DISTURB);
    const kept = "stat --format='%i %Z' /volume/sparse";
    const untouched = await host.onVolume(to, kept);
    const again = await sync();
    equal(again.sha256, sha256);
    equal(again.written > 10 && again.written < 21, true, String(again.written));
    equal(await host.onVolume(to, FINGERPRINT), before);
    equal(await host.onVolume(to, kept), untouched);
    equal(await host.onVolume(from, FINGERPRINT), before);
  });

  it("keeps groups of hard links together when one file of a group differs", async () => {
    const links =
      "cd /volume; find . -mindepth 1 -delete; echo one > a; ln a b; ln a c; echo two > d; ln d e";
    await host.onVolume(from, links);
    await sync();
    await host.onVolume(to, "cd /volume; rm b; echo other > b; rm e");
    await sync();
    equal(await host.onVolume(to, FINGERPRINT), await host.onVolume(from, FINGERPRINT));
    await host.onVolume(from, "cd /volume; rm a; echo new > a");
    await sync();
    equal(await host.onVolume(to, "cd /volume; cat a b c"), "new\none\none\n");
    equal(await host.onVolume(to, FINGERPRINT), await host.onVolume(from, FINGERPRINT));
  });

  it("fails when a volume cannot be read to its end", async () => {
    const gone = { ...mount(from), source: "/nowhere/at/all", type: "bind" } as const;
    await rejects(syncVolume(host.context, gone, mount(to)));
    equal(await host.onVolume(to, "ls /volume"), "");
  });
});
