import assert from "node:assert/strict";
import { migrationsOf } from "../../host/release/migrations";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type Docker from "dockerode";
import { DOCUMENTS_FOLDER, checkSettingsOf } from "../support/application";
import { DATA_FACTS_FILE, dataFactsOf, writeDataFacts } from "../../stores/data-facts";
import type { CheckSettings } from "../../plan/checks/settings";
import type { GovernedVolume } from "../../plan/application/topology";
import { governed, makeBackup } from "./checks-backup";
import { CheckedSide, service } from "./checks-fixture";
import { query } from "./data-host";

const DATABASE = "admin_postgres_data";
const MINIO = "admin_minio_data";
const BACKUP = "20261123-100000";

describe("checks of data", function () {
  this.timeout(180_000);
  let side: CheckedSide;
  let container: Docker.Container;
  let database: GovernedVolume;
  let settings: CheckSettings;

  const postgres = service("admin-postgres", {
    volumes: [{ volume: DATABASE, target: "/var/lib/postgresql/data" }],
  });
  const folderBackend = service("mvp-backend", {
    volumes: [{ volume: DOCUMENTS_FOLDER, target: "/app/data/documents" }],
  });

  before(async () => {
    side = await CheckedSide.make();
    settings = checkSettingsOf(`http://127.0.0.1:${side.edge.port}/`);
    database = await side.host.volume(DATABASE, "postgres");
    container = await side.host.startPostgres("admin-postgres", database);
    await query(
      container,
      "CREATE TABLE vehicles (id int); INSERT INTO vehicles VALUES (1), (2); CREATE TABLE documents (id uuid PRIMARY KEY, sha256 text); CREATE TABLE _migrations (name text); INSERT INTO _migrations VALUES ('001_one'), ('009_later')",
    );
    await mkdir(join(side.host.context.repository, DOCUMENTS_FOLDER), { recursive: true });
  });
  after(async () => side.remove());

  describe("in a database", () => {
    it("run a statement, but nothing that writes", async () => {
      const good = await side.look("phase-7-database-accessible", { services: [postgres] });
      assert.deepEqual([good.outcome, good.found], ["passed", "1"]);
      const migrations = { query: "DELETE FROM vehicles RETURNING id" };
      const written = await side.look("phase-7-migrations", {
        services: [postgres],
        settings: { migrations },
        wanted: side.release(await side.commit({})),
      });
      assert.match(written.found, /cannot execute DELETE in a read-only transaction/);
      const none = await side.look("phase-7-database-accessible");
      assert.equal(none.found, "the database is not part of this side");
    });

    it("name the tables that are missing", async () => {
      const look = async (tables: string[]) =>
        side.look("phase-7-tables", { services: [postgres], settings: { tables } });
      assert.equal((await look(["vehicles", "public.documents"])).outcome, "passed");
      assert.equal(
        (await look(["vehicles", "gone", "tenants"])).found,
        "no table gone; no table tenants",
      );
    });

    it("compare the release's migrations with those that were applied", async () => {
      const folder = "backend/src/_system/migrations";
      const look = async (files: Record<string, string | null>) =>
        side.look("phase-7-migrations", {
          services: [postgres],
          settings,
          wanted: side.release(await side.commit(files)),
        });
      const good = await look({ [`${folder}/001_one.sql`]: "", [`${folder}/run-all.ts`]: "" });
      assert.equal(good.found, "1 applied; the data also has 009_later");
      const missing = await look({ [`${folder}/002_two.sql`]: "" });
      assert.equal(missing.found, "002_two is not applied");
    });

    it("find migrations in a folder of each feature, where the description says so", async () => {
      const features = "backend/src/features";
      const commit = await side.commit({
        [`${features}/vehicles/migrations/001_vehicles.sql`]: "",
        [`${features}/fuel-logs/migrations/002_fuel.sql`]: "",
        [`${features}/fuel-logs/migrations/old/000_gone.sql`]: "",
        [`${features}/fuel-logs/README.md`]: "",
      });
      const migrations = `${features}/*/migrations/*.sql`;
      const { context } = side.host;
      const application = { ...context.application, migrations };
      const found = await migrationsOf({ ...context, application }, `${commit}^{tree}`);
      assert.deepEqual([...found].sort(), ["001_vehicles", "002_fuel"]);
    });
  });

  describe("that came from a backup", () => {
    let folder: string;
    const from = (volume: string, source: string) => ({
      wanted: { volumes: { [volume]: { source, number: 1 } } },
    });
    const look = async (source: string) =>
      side.look("full-data-intact", { services: [postgres], ...from(DATABASE, source) });

    before(async () => {
      const objects = [
        {
          volume: governed(MINIO),
          paths: [
            "documents/a/xl.meta",
            "documents/b/xl.meta",
            "avatars/of a user/xl.meta",
            ".minio.sys/f",
          ],
        },
        { volume: governed(DOCUMENTS_FOLDER), paths: ["a", "b"] },
      ];
      folder = await makeBackup(side.host.context, BACKUP, database, objects);
      const facts = await dataFactsOf(side.host.context, side.topology([postgres]), [DATABASE]);
      const written = await writeDataFacts(folder, facts);
      assert.deepEqual(written, [DATA_FACTS_FILE]);
    });

    it("is the same database with at least the same rows", async () => {
      const good = await look(`backup:${BACKUP}`);
      assert.equal(good.found, `admin-postgres: 3 tables, 4 rows, as in ${BACKUP}`);
      await query(container, "INSERT INTO vehicles VALUES (3)");
      assert.equal((await look(`backup:${BACKUP}`)).outcome, "passed");
      await query(container, "DELETE FROM vehicles WHERE id < 3; DROP TABLE _migrations");
      const lost = await look(`backup:${BACKUP}`);
      assert.match(
        lost.found,
        /public\._migrations is missing, .* has 2; .*vehicles has 1 rows, .* has 2$/,
      );
    });

    it("is known by its identifier also where the backup noted nothing else", async () => {
      const facts = join(folder, DATA_FACTS_FILE);
      await rm(facts);
      assert.equal((await look(`backup:${BACKUP}`)).outcome, "passed");
      const other = { databases: { [DATABASE]: { identifier: "12345", rows: {} } } };
      await writeFile(facts, JSON.stringify(other));
      assert.match(
        (await look(`backup:${BACKUP}`)).found,
        /system identifier \d+ instead of 12345 of/,
      );
    });

    it("has nothing to compare with when it did not come from a backup", async () => {
      assert.match((await look("existing")).found, /no backup to compare with$/);
      assert.match((await look("backup:gone")).found, /manifest\.json/);
    });

    it("has every object of the backup, by hash or, in another kind of store, by key", async () => {
      const services = [folderBackend];
      const folder = join(side.host.context.repository, DOCUMENTS_FOLDER);
      const same = from(DOCUMENTS_FOLDER, `backup:${BACKUP}`);
      const other = from(DOCUMENTS_FOLDER, `backup:${BACKUP}/${MINIO}`);
      for (const name of ["a", "b", "c"]) await writeFile(join(folder, name), `content of ${name}`);
      assert.equal(
        (await side.look("full-objects-intact", { services, ...same })).outcome,
        "passed",
      );
      const keys = await side.look("full-objects-intact", { services, ...other });
      assert.equal(keys.found, `data/documents: 2 files of objects as in ${BACKUP}`);
      await writeFile(join(folder, "a"), "changed");
      await rm(join(folder, "b"));
      const lost = await side.look("full-objects-intact", { services, ...same });
      assert.match(lost.found, /a: FAILED, not as in .*b: FAILED open or read, not as in/);
      const gone = await side.look("full-objects-intact", { services, ...other });
      assert.match(gone.found, /^data\/documents: b: missing, not as in/);
      for (const name of await readdir(folder)) await rm(join(folder, name));
    });
  });
});
