import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type Docker from "dockerode";
import { Client } from "minio";
import { DOCUMENTS_FOLDER, checkSettingsOf } from "../support/application";
import { removeStored } from "../../checks/document-store";
import { triedName } from "../../checks/documents";
import type { CheckSettings } from "../../plan/checks/settings";
import { CheckedSide, service } from "./checks-fixture";
import { SmallApplication } from "./checks-small-application";
import { answers, query } from "./data-host";

const DATABASE = "admin_postgres_data";
const MINIO = "admin_minio_data";

describe("checks of documents", function () {
  this.timeout(180_000);
  let side: CheckedSide;
  let container: Docker.Container;
  let settings: CheckSettings;

  const postgres = service("admin-postgres", {
    volumes: [{ volume: DATABASE, target: "/var/lib/postgresql/data" }],
  });
  const folderBackend = service("mvp-backend", {
    volumes: [{ volume: DOCUMENTS_FOLDER, target: "/app/data/documents" }],
  });
  const minioBackend = service("admin-backend", { dependsOn: ["admin-minio"] });
  const minio = service("admin-minio", { volumes: [{ volume: MINIO, target: "/data" }] });

  const services = [postgres, folderBackend];
  let folder: string;
  let application: SmallApplication;

  before(async () => {
    side = await CheckedSide.make();
    settings = checkSettingsOf(`http://127.0.0.1:${side.edge.port}/`);
    container = await side.host.startPostgres(
      "admin-postgres",
      await side.host.volume(DATABASE, "postgres"),
    );
    await query(container, "CREATE TABLE documents (id uuid PRIMARY KEY, sha256 text, name text)");
    folder = join(side.host.context.repository, DOCUMENTS_FOLDER);
    await mkdir(folder, { recursive: true });
    application = new SmallApplication(side.edge, container, folder);
  });
  after(async () => side.remove());
  beforeEach(() => {
    application.serve();
  });
  afterEach(async () => {
    for (const name of await readdir(folder)) await rm(join(folder, name));
    await query(container, "DELETE FROM documents");
  });

  it("come back byte by byte, and are gone afterwards", async () => {
    const look = async () => side.look("phase-3-document-download", { services, settings });
    assert.deepEqual(
      [(await look()).found, await application.rows(), await readdir(folder)],
      ["4096 bytes, equal", [], []],
    );
    side.edge.json("POST /api/documents", { error: "full" }, 507);
    assert.equal((await look()).found, 'upload answers 507, {"error":"full"}');
    application.serve();
    application.damaged = true;
    const damaged = await look();
    assert.equal(damaged.found, "200 with 4 bytes, not equal");
    assert.deepEqual([await application.rows(), await readdir(folder)], [[], []]);
  });

  it("that a killed check has left are removed by the next, those of a check at work are not", async () => {
    const [own, left] = [randomUUID(), randomUUID()];
    const name = await triedName();
    await application.store(own, Buffer.from("at work"), name);
    await application.store(left, Buffer.from("left"), name.replace(/-\d+\./, "-4194305."));
    const { outcome } = await side.look("phase-3-document-upload", { services, settings });
    assert.equal(outcome, "passed");
    assert.deepEqual(await readdir(folder), [own]);
    assert.equal((await application.rows()).length, 1);
  });

  it("have an object for every row and a row for every object", async () => {
    const look = async () => side.look("phase-3-existing-documents", { services, settings });
    const [kept, lost, added] = [randomUUID(), randomUUID(), randomUUID()];
    for (const id of [kept, lost]) await application.store(id, Buffer.from(id));
    assert.equal((await look()).found, "2 rows and their objects, 2 of them read whole");
    await rm(join(folder, lost));
    await writeFile(join(folder, added), "nobody's");
    await writeFile(join(folder, kept), "other bytes");
    const { found } = await look();
    assert.match(found, new RegExp(`row ${lost} has no object; object ${added} has no row`));
    assert.match(found, /another content than its row says/);
  });

  it("are found in MinIO's volume, and removed there through MinIO", async () => {
    const volume = await side.host.volume(MINIO, "minio");
    await side.host.start("admin-minio", volume, {
      image: side.host.images.minio,
      target: "/data",
      command: ["server", "/data"],
      environment: [
        "MINIO_ROOT_USER_FILE=/run/secrets/test/user",
        "MINIO_ROOT_PASSWORD_FILE=/run/secrets/test/password",
      ],
    });
    const client = await minioClient();
    const id = randomUUID();
    await client.putObject("documents", id, Buffer.alloc(300_000, 1));
    const look = async () =>
      side.look("phase-3-existing-documents", {
        services: [postgres, minioBackend, minio],
        settings,
      });
    assert.match((await look()).found, new RegExp(`^object ${id} has no row`));
    const { context } = side.host;
    const topology = side.topology([minioBackend, minio]);
    const rest = { settings, since: null, earlierCommit: null, wanted: side.wanted() };
    const scene = { context, topology, ...rest, token: () => Promise.resolve("") };
    await removeStored(scene, "documents", id);
    assert.equal((await look()).outcome, "passed");
  });

  async function minioClient(): Promise<Client> {
    const { docker } = side.host.context;
    const info = await docker.getContainer(side.host.named("admin-minio")).inspect();
    const endPoint = info.NetworkSettings.Networks.bridge?.IPAddress ?? "";
    const keys = { accessKey: "tester", secretKey: "only-for-this-test" };
    const client = new Client({ endPoint, port: 9000, useSSL: false, ...keys });
    await answers(() => client.listBuckets(), "MinIO");
    await client.makeBucket("documents");
    return client;
  }
});
