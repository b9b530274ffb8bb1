import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { topologyOfStack } from "../support/application";
import { withPrefix } from "../support/topology";
import type { Topology } from "../../plan/application/topology";
import { type BackupRequest, createBackup } from "../../backup/create";
import { loadMissingImages } from "../../backup/images";
import { readManifest } from "../../backup/format/manifest";
import { verifyBackup } from "../../backup/verify-backup";
import { imageId } from "../../host/docker/images";
import { gone } from "../../host/docker/statuses";
import { statePath } from "../../host/state-directory";
import { DataHost } from "./data-host";

const ATTEMPT = "try it";
const TOPOLOGY = { ...topologyOfStack("pre-simplification"), volumes: [] };

function requestOf(
  topology: Topology,
  id: string,
  images?: BackupRequest["images"],
): BackupRequest {
  const side = { stack: "pre-simplification", afterChange: 1, commit: "c0ffee" } as const;
  const kind = "preExecution";
  return { id, kind, ...side, volumes: [], topology, untracked: "", images };
}

describe("images that go with a backup, on real Docker", function () {
  this.timeout(180_000);
  let host: DataHost;
  let [backend, frontend] = ["", ""];
  const imported: string[] = [];
  const request = (id: string, images?: BackupRequest["images"]) =>
    requestOf(withPrefix(TOPOLOGY, host.prefix), id, images);

  beforeEach(async () => {
    host = await DataHost.make();
    backend = host.named("backend:content-1");
    frontend = host.named("frontend:content-2");
  });
  afterEach(async () => {
    await host.remove();
    for (const id of imported.splice(0)) {
      await host.context.docker.getImage(id).remove({ force: true }).catch(gone);
    }
  });

  it("come back as exactly the same ones under their names, and only where they are missing", async () => {
    const ids = [await importImage(backend), await importImage(frontend)];
    // As Pulumi makes containers: by the image's id.
    const containers = [await make("admin-backend", ids[0]), await make("admin-frontend", ids[1])];
    const names = { "admin-backend": backend, "admin-frontend": frontend, landing: "never:1" };
    await createBackup(host.context, request("backup", names));
    const { images } = await readManifest(statePath.backup(host.context, "backup"));
    deepEqual(images?.references, [backend, frontend, host.context.helperImage].sort());
    deepEqual(await load(backend, frontend), []);

    for (const container of containers) await container.remove();
    for (const name of [backend, frontend]) await removeImage(name);
    equal(await imageId(host.context.docker, backend), null);
    deepEqual(await load(frontend, backend, frontend, "unknown:1"), [frontend, backend]);
    equal(await imageId(host.context.docker, backend), ids[0]);
    equal(await imageId(host.context.docker, frontend), ids[1]);
  });

  it("leave what a name means on the host by now, when another one of the backup is loaded", async () => {
    const containers = [
      await make("admin-backend", await importImage(backend)),
      await make("admin-frontend", await importImage(frontend)),
    ];
    const names = { "admin-backend": backend, "admin-frontend": frontend };
    await createBackup(host.context, request("backup", names));
    for (const container of containers) await container.remove();
    const newer = await importImage(backend);
    await removeImage(frontend);
    deepEqual(await load(backend, frontend), [frontend]);
    equal(await imageId(host.context.docker, backend), newer);
  });

  it("are saved as what runs, where a name means another image by now", async () => {
    const id = await importImage(backend);
    await make("admin-backend", backend);
    await importImage(backend);
    await createBackup(host.context, request("backup", { "admin-backend": backend }));
    const { images } = await readManifest(statePath.backup(host.context, "backup"));
    deepEqual(images?.references, [host.context.helperImage, id].sort());
  });

  it("do not go with one that nobody asked to have them", async () => {
    await make("admin-backend", await importImage(backend));
    await createBackup(host.context, request("backup"));
    equal((await readManifest(statePath.backup(host.context, "backup"))).images, null);
  });

  it("are refused when they are damaged, nothing is loaded, and a verification says so from then on", async () => {
    const container = await make("admin-backend", await importImage(backend));
    await createBackup(host.context, request("backup", { "admin-backend": backend }));
    await container.remove();
    await removeImage(backend);
    const file = join(statePath.backup(host.context, "backup"), "images.tar.zst");
    await truncate(file, 100);
    await rejects(load(backend), (error: Error) => {
      match(error.message, /^cannot try it: 1 problem, nothing was changed\n {2}backup "backup": /);
      match(error.message, /images\.tar\.zst does not match its checksum\n/);
      match(error.message, /rollback backups verify backup/);
      return true;
    });
    equal(await imageId(host.context.docker, backend), null);

    const verified = await verifyBackup(host.context, "backup", "archive", {});
    match(verified[0]?.what ?? "", /images\.tar\.zst does not match/);
    deepEqual(await load(backend), [], "what is known to be damaged is not chosen");
  });

  async function load(...references: string[]): Promise<string[]> {
    return loadMissingImages(host.context, references, ATTEMPT);
  }

  async function make(service: string, image = "") {
    const name = host.named(service);
    const settings = { Cmd: ["none"], Env: ["PATH=/"] };
    return host.context.docker.createContainer({ name, Image: image, ...settings });
  }

  async function removeImage(name: string): Promise<void> {
    await host.context.docker.getImage(name).remove();
  }

  /** An image that no other one equals; its id. */
  async function importImage(name: string): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "rollback-image-"));
    await writeFile(join(folder, "content"), randomUUID());
    const archive = join(folder, "image.tar");
    execFileSync("tar", ["--create", "--file", archive, "--directory", folder, "content"]);
    const [repo, tag] = name.split(":");
    const { docker } = host.context;
    const stream = await docker.importImage(createReadStream(archive), { repo, tag });
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(stream, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
    await rm(folder, { recursive: true });
    const id = await imageId(docker, name);
    ok(id);
    imported.push(id);
    return id;
  }
});
