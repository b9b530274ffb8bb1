import { equal, ok, rejects } from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { SyncHandover } from "../../change/sync/handover";
import { statePath } from "../../host/state-directory";
import type { ChangeRequest } from "../../plan/model/wanted";
import { settingsFor } from "../support/model-settings";
import { requestOf, simplifiedSide } from "../support/plans";
import type { Service } from "../../plan/application/topology";
import { requestWithPrefix, serviceOf } from "../support/topology";
import { DataHost } from "./data-host";
import { BUCKET, startMinio } from "./minio-server";

const FROM = "admin_minio_data";
const TO = "data/documents";

describe("documents of an object store whose networks were parked", function () {
  this.timeout(60_000);
  let host: DataHost;

  before(async () => {
    host = await DataHost.make();
  });
  after(async () => {
    await host.remove();
  });

  it("are synced all the same, on a store that is started for this alone", async () => {
    const { context } = host;
    const { docker, repository } = context;
    const folder = join(repository, TO);
    await mkdir(folder, { recursive: true });
    const volume = await host.volume(FROM, "minio");
    const { container, client } = await startMinio(host, "admin-minio", volume);
    await client.putObject(BUCKET, "document", "content");
    const network = await docker.createNetwork({ Name: host.named("made_way") });
    await network.connect({ Container: container.id });
    await container.stop();
    await network.remove();
    await rejects(container.start(), /network .* not found/);

    const request = requestWithPrefix(switchWithoutStore(), host.prefix);
    await staged(host, serviceOf(request.wanted.topology, "mvp-backend"));
    await mkdir(statePath.record(context, request.number), { recursive: true });
    const handover = await SyncHandover.of(context, request, BUCKET);
    ok(handover);
    await handover.ahead();
    await handover.open(undefined, -1);
    await handover.run();
    equal(await readFile(join(folder, "document"), "utf8"), "content");
    equal(handover.synced[0]?.files, 1);
    equal((await container.inspect()).State.Running, false);
  });
});

async function staged(host: DataHost, { containerName: name }: Service): Promise<void> {
  const container = await host.context.docker.createContainer({
    name,
    Image: host.context.helperImage,
    Entrypoint: ["sleep", "infinity"],
    StopSignal: "SIGKILL",
  });
  await container.start();
}

/** From a live side with object store and earlier networks to one that has the networks alone. */
function switchWithoutStore(): ChangeRequest {
  const host = simplifiedSide();
  host.carryOut(host.plan("simplified", {}, { "3": true, "5": true }));
  const flags = Object.fromEntries([1, 3, 7, 8].map((phase) => [String(phase), false]));
  const settings = settingsFor("pre-simplification", { dataSource: "live" }, flags);
  const request = requestOf(settings, host.observed(settings));
  const chosen = request.wanted.volumes[TO];
  ok(chosen);
  return { ...request, wanted: { ...request.wanted, volumes: { [TO]: chosen } } };
}
