import { equal, rejects } from "node:assert/strict";
import type Docker from "dockerode";
import { execute } from "../../host/docker/exec";
import { query } from "../../stores/sql";
import { STORES } from "../../stores/stores";
import { answers, DataHost } from "./data-host";

const PASSWORD = "with 'quotes' and spaces";

/** Over TCP, because the image's first start listens on the socket only. */
const LOG_IN = 'PGPASSWORD=$1 exec psql -w -U postgres -d garage -h "$(hostname -i)" -c "SELECT 1"';

describe("a PostgreSQL that was made with the image's own role, another database and a password in a variable", () => {
  const { facts, quiesce, fitCredentials } = STORES.postgres;
  let host: DataHost;
  let container: Docker.Container;

  before(async () => {
    host = await DataHost.make();
    container = await host.start("database", await host.volume("garage", "postgres"), {
      image: host.images.postgres,
      target: "/var/lib/postgresql/data",
      environment: ["POSTGRES_DB=garage", `POSTGRES_PASSWORD=${PASSWORD}`],
    });
    await answers(async () => {
      equal(await logIn(PASSWORD), 0);
    }, "PostgreSQL");
  });
  after(async () => {
    await host.remove();
  });

  const logIn = async (password: string) =>
    (await execute(container, ["sh", "-c", LOG_IN, "sh", password])).exitCode;

  it("is asked as that role and about that database", async () => {
    equal(await query(container, "SELECT current_user, current_database()"), "postgres|garage");
    await query(container, "CREATE TABLE cars AS SELECT 1 AS id", { writes: true });
    const told = await facts?.(container, 10_000);
    equal(told?.rows["public.cars"], 1);
    await quiesce?.(container);
  });

  it("gets the password of its variable where its data came with another one, once", async () => {
    equal(await fitCredentials?.(container), false);
    const options = { writes: true };
    await query(container, "ALTER ROLE postgres PASSWORD 'of the other side'", options);
    equal(await logIn(PASSWORD), 2);
    equal(await fitCredentials?.(container), true);
    equal(await logIn(PASSWORD), 0);
    equal(await fitCredentials?.(container), false);
  });

  it("tells what it says when it cannot be asked", async () => {
    await rejects(query(container, "SELECT * FROM bikes"), /relation "bikes" does not exist/);
  });
});
