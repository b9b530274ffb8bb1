import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import type Docker from "dockerode";
import { begin } from "../../change/begin";
import { readLock } from "../../change/lock/lock";
import { readChange } from "../../change/records/read";
import { writeResults } from "../../change/validation/results-file";
import { hasBackup } from "../../backup/format/list";
import { statePath } from "../../host/state-directory";
import { safetyBackupId } from "../../plan/model/source";
import type { DockerVolume, Service } from "../../plan/application/topology";
import type { ChangeRequest } from "../../plan/model/wanted";
import { checkSettingsOf, topologyOfStack } from "../support/application";
import { settingsFor } from "../support/model-settings";
import { earlierSide, requestOf, simplifiedSide } from "../support/plans";
import { DataHost } from "./data-host";

const IDLE = "trap exit TERM; sleep infinity & wait";
const USER = "mvp-redis";
const NETWORK = "motovaultpro_database";

/** Of the state directory's disk; what is written to the volume takes more, also when half of it is saved. */
const DISK_BYTES = 16 * 2 ** 20;
const FILL = "head --bytes=48M /dev/urandom >";

describe("space for what a change saves and restores", function () {
  this.timeout(120_000);
  let host: DataHost;
  let volume: DockerVolume;

  before(function () {
    // Only root can mount a small disk.
    if (process.getuid?.() !== 0) this.skip();
  });
  beforeEach(async () => {
    host = await DataHost.make();
    await mkdir(host.context.stateDirectory);
    const disk = ["-t", "tmpfs", "-o", `size=${DISK_BYTES}`, "tmpfs"];
    execFileSync("mount", [...disk, host.context.stateDirectory]);
    volume = await host.volume("mvp_redis_data", "documents");
    await host.onVolume(volume, "echo content > /volume/file");
  });
  afterEach(async () => {
    execFileSync("umount", [host.context.stateDirectory]);
    await host.remove();
  });

  it("is asked for before anything is stopped, and what is needed and free is told", async () => {
    const user = await using(IDLE);
    await host.onVolume(volume, `${FILL} /volume/much`);
    const before = await user.inspect();
    await assert.rejects(begun(inPlace()), (error: Error) => {
      const [head, subject, ...advice] = error.message.split("\n").map((line) => line.trim());
      assert.match(head ?? "", /^cannot update .*: 1 problem, nothing was changed$/);
      assert.match(subject ?? "", /^disk of snapshot of mvp_redis_data: there is too little space/);
      assert.match(advice[0] ?? "", /^needed: about 251\d{5} bytes, free: 16\d{6} bytes$/);
      assert.match(advice.join("\n"), /^or do without the snapshot .*safety none$/m);
      return true;
    });
    const after = await user.inspect();
    assert.deepEqual([after.Id, after.State.StartedAt], [before.Id, before.State.StartedAt]);
    assert.equal(await readChange(host.context, inPlace().number), null);
    assert.equal(await readLock(host.context), null);
  });

  it("is not asked for what is not saved", async () => {
    const user = await using(IDLE);
    await host.onVolume(volume, `${FILL} /volume/much`);
    const request = inPlace();
    await begun({ ...request, settings: { ...request.settings, safety: "none" } });
    assert.equal(await runs(user), false);
  });

  it("is asked for what a volume is filled with, on the disk that it is on", async () => {
    const from = await host.volume("admin_redis_data", "documents");
    await host.onVolume(from, `${FILL} /volume/much`);
    const to = host.governed("small", "documents");
    await host.context.docker.createVolume({
      Name: to.dockerName,
      DriverOpts: { type: "tmpfs", device: "tmpfs", o: `size=${DISK_BYTES}` },
    });
    const request = inPlace();
    const chosen = { source: "syncedFrom:admin_redis_data", number: request.number };
    const topology = {
      project: "a-test",
      services: [],
      networks: [],
      externalNetworks: [],
      volumes: [to],
    };
    const wanted = { ...request.wanted, topology, volumes: { [to.name]: chosen } };
    assert.ok(request.live);
    const live = { ...request.live, topology: { ...topology, volumes: [from] } };
    await assert.rejects(
      begun({ ...request, live, overwrites: [], wanted }),
      /disk of small: there is too little space .*\n +needed: about 503\d{5} bytes, free: 16\d{6} /,
    );
    assert.equal(await readChange(host.context, request.number), null);
  });

  it("suffices: users of what is overwritten are stopped, and it is saved", async () => {
    const user = await using(IDLE);
    await begun(inPlace());
    assert.equal(await runs(user), false);
    assert.ok(await hasBackup(host.context, safetyBackupId(inPlace().number)));
  });

  it("is gone once a container was stopped: it runs again, and nobody claims that it never stopped", async () => {
    const user = await using(fillingWhenStopped());
    await assert.rejects(begun(inPlace()), (error: Error) => {
      const [head] = error.message.split("\n");
      const name = host.named(USER);
      const again = `what was stopped for it runs again: ${name}`;
      assert.equal(head, `cannot make a backup: 1 problem, ${again}`);
      return true;
    });
    assert.equal(await runs(user), true);
    assert.equal((await readChange(host.context, inPlace().number))?.state, "open");
  });

  it("is gone once a container was parked: it has its name and its network again, and runs", async () => {
    const user = await using(fillingWhenStopped());
    const network = await host.context.docker.createNetwork({
      Name: host.named(NETWORK),
    });
    try {
      await network.connect({ Container: user.id });
      const request = parkingOf(volume, serviceNamed(USER, host), host.named(NETWORK));
      await mkdir(statePath.record(host.context, request.number), { recursive: true });
      await writeResults(host.context, request.number, "checks-before.json", []);
      await assert.rejects(begun(request), /what was stopped for it runs again: \S*mvp-redis\n/);
      const { Name, State, NetworkSettings } = await user.inspect();
      assert.deepEqual([Name, State.Running], [`/${host.named(USER)}`, true]);
      assert.ok(host.named(NETWORK) in NetworkSettings.Networks);
    } finally {
      await user.remove({ force: true });
      await network.remove();
    }
  });

  const inPlace = () => inPlaceOf(volume);

  async function begun(request: ChangeRequest): Promise<object> {
    return begin(host.context, { request, checks: checkSettingsOf("http://localhost") });
  }

  /** A container that has the volume. */
  async function using(script: string): Promise<Docker.Container> {
    return host.start(USER, volume, {
      image: host.context.helperImage,
      target: "/data",
      command: ["bash", "-c", script],
    });
  }

  async function runs(container: Docker.Container): Promise<boolean> {
    return (await container.inspect()).State.Running;
  }
});

function fillingWhenStopped(): string {
  return `trap '${FILL} /data/much; exit' TERM; sleep infinity & wait`;
}

/** A restore on the live side, of one volume. */
function inPlaceOf(volume: DockerVolume): ChangeRequest {
  const settings = settingsFor("pre-simplification", { restore: "b1" });
  const request = requestOf(settings, earlierSide().observed());
  const topology = {
    project: "a-test",
    services: [],
    networks: [],
    externalNetworks: [],
    volumes: [volume],
  };
  return overwriting(request, volume, { ...request.wanted, topology });
}

/** A switch where both sides have the container and its network. */
function parkingOf(volume: DockerVolume, service: Service, network: string): ChangeRequest {
  const request = requestOf(settingsFor("pre-simplification"), simplifiedSide().observed());
  const topology = {
    project: "a-test",
    services: [service],
    networks: [{ name: "database", dockerName: network, internal: true, definition: {} }],
    externalNetworks: [],
    volumes: [volume],
  };
  assert.ok(request.live);
  const live = { ...request.live, topology };
  return { ...overwriting(request, volume, { ...request.wanted, topology }), live };
}

function overwriting(
  request: ChangeRequest,
  { name }: DockerVolume,
  wanted: ChangeRequest["wanted"],
): ChangeRequest {
  return {
    ...request,
    ...{ verify: [], overwrites: [name], backsUpFirst: false },
    wanted: { ...wanted, volumes: {}, images: {} },
  };
}

function serviceNamed(name: string, host: DataHost): Service {
  const service = topologyOfStack("simplified").services.find((each) => each.name === name);
  assert.ok(service);
  return { ...service, containerName: host.named(name) };
}
