import { equal, match } from "node:assert/strict";
import type Docker from "dockerode";
import { EARLIER_SERVICES } from "../support/application";
import { fitPasswords } from "../../change/sync/passwords";
import { execute } from "../../host/docker/exec";
import type { Service } from "../../plan/application/topology";
import { DataHost, PASSWORD, query } from "./data-host";

const LOG_IN =
  'PGPASSWORD=$1 exec psql -w -U motovaultpro -d motovaultpro -h "$(hostname -i)" -c "SELECT 1"';

describe("the password of a database that was synced", () => {
  let host: DataHost;
  let container: Docker.Container;
  const told: string[] = [];

  before(async () => {
    host = await DataHost.make();
    const volume = await host.volume("rotated", "postgres");
    container = await host.startPostgres("admin-postgres", volume);
  });
  after(async () => {
    await host.remove();
  });

  const fit = () =>
    fitPasswords({ ...host.context, report: (line) => told.push(line) }, [databaseService(host)]);
  const logIn = async (password: string) =>
    (await execute(container, ["sh", "-c", LOG_IN, "sh", password])).exitCode;

  it("stays as it is where it is that of the side's secrets", async () => {
    await fit();
    equal(told.length, 0);
    equal(await logIn(PASSWORD), 0);
  });

  it("becomes that of the side's secrets where it was rotated on the other side, and no log shows it", async () => {
    await query(container, "ALTER ROLE motovaultpro PASSWORD 'rotated meanwhile'");
    equal(await logIn(PASSWORD), 2);
    await query(container, "ALTER SYSTEM SET log_statement = 'all'");
    await query(container, "SELECT pg_reload_conf()");
    await fit();
    equal(await logIn(PASSWORD), 0);
    match(told.join(), /admin-postgres: synced with another password/);
    const log = await container.logs({ stdout: true, stderr: true });
    equal(log.includes(PASSWORD), false);
  });
});

function databaseService(host: DataHost): Service {
  const service = EARLIER_SERVICES.find(({ name }) => name === "admin-postgres");
  if (service === undefined) throw new Error("the earlier side has no database");
  return { ...service, containerName: host.named(service.name) };
}
