import { createHash, randomUUID } from "node:crypto";
import { createConnection } from "node:net";
import type { Pool } from "pg";
import type { DocumentStorage } from "./documents";
import type { Release } from "./release";

export interface Services {
  readonly release: Release;
  readonly database: Pool;
  readonly storage: DocumentStorage;
  readonly redisHost: string;
}

export interface Asked {
  readonly url: URL;
  readonly body: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface Route {
  /** Method and path. */
  readonly at: RegExp;
  /** Answers without a token. */
  readonly open: boolean;
  answer(asked: Asked): Promise<Answer>;
}

const VEHICLE = "id, vin, make, model, year";
const DOCUMENT = "id, name, size::float8 AS size, sha256";
const PLATFORM = "/api/platform/";

/** The demo application's paths and JSON, as far as its release has them. */
export function routesOf(services: Services): readonly Route[] {
  const { database, release, storage } = services;
  const list = (what: string, order: string) => async () =>
    ok((await database.query(`SELECT ${what} ORDER BY ${order}`)).rows);
  return [
    { at: /^GET \/api\/health$/, open: true, answer: () => health(services) },
    { at: /^GET \/api\/platform\//, open: true, answer: (asked) => askPlatform(release, asked) },
    needsToken(/^GET \/api\/vehicles$/, list(`${VEHICLE} FROM vehicles`, "created_at, id")),
    needsToken(/^POST \/api\/vehicles$/, async ({ body }) => {
      const [row] = await addVehicles(database, `[${body.toString("utf8")}]`);
      return created(row);
    }),
    needsToken(/^POST \/api\/vehicles\/fleet$/, async ({ body }) =>
      created(await addVehicles(database, body.toString("utf8"))),
    ),
    needsToken(/^GET \/api\/documents$/, list(`${DOCUMENT} FROM documents`, "created_at, id")),
    needsToken(/^POST \/api\/documents$/, (asked) => addDocument(services, asked)),
    needsToken(/^GET \/api\/documents\/[\w-]{36}\/content$/, async ({ url }) =>
      ok(await storage.get(url.pathname.split("/")[3] ?? "")),
    ),
    ...(release.tenants
      ? [needsToken(/^GET \/api\/tenants$/, list("id, name FROM tenants", "id"))]
      : []),
  ];
}

function needsToken(at: RegExp, answer: Route["answer"]): Route {
  return { at, open: false, answer };
}

function ok(body: unknown): Answer {
  return { status: 200, body };
}

function created(body: unknown): Answer {
  return { status: 201, body };
}

async function addVehicles(database: Pool, json: string): Promise<unknown[]> {
  const { rows } = await database.query<object>(
    `INSERT INTO vehicles (vin, make, model, year)
     SELECT vin, make, model, year
     FROM jsonb_to_recordset($1) AS given (vin text, make text, model text, year integer)
     RETURNING ${VEHICLE}`,
    [json],
  );
  return rows;
}

async function addDocument({ database, storage }: Services, asked: Asked): Promise<Answer> {
  const { body, url } = asked;
  const id = randomUUID();
  const name = url.searchParams.get("name");
  const sha256 = createHash("sha256").update(body).digest("hex");
  // Bytes first: a row always has its document, never the other way round.
  await storage.put(id, body);
  await database.query("INSERT INTO documents (id, name, size, sha256) VALUES ($1, $2, $3, $4)", [
    id,
    name,
    body.length,
    sha256,
  ]);
  return created({ id, name, size: body.length, sha256 });
}

async function health({ database: pool, redisHost }: Services): Promise<Answer> {
  const [database, redis] = await Promise.all([
    stateOf(pool.query("SELECT count(*) FROM vehicles WHERE false")),
    stateOf(pingRedis(redisHost)),
  ]);
  const healthy = database === "ok" && redis === "ok";
  const status = healthy ? "ok" : "failing";
  return { status: healthy ? 200 : 503, body: { status, database, redis } };
}

async function stateOf(check: Promise<unknown>): Promise<"ok" | "failing"> {
  return check.then(
    () => "ok" as const,
    () => "failing" as const,
  );
}

export async function pingRedis(host: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const socket = createConnection({ host, port: 6379, timeout: 2_000 });
    socket.once("connect", () => socket.write("PING\r\n"));
    socket.once("data", (answer) => {
      if (answer.toString("latin1").startsWith("+PONG")) resolve();
      else reject(new Error(`redis answers ${answer.toString("latin1").trim()}`));
      socket.destroy();
    });
    socket.once("timeout", () => socket.destroy(new Error("redis does not answer")));
    socket.once("error", reject);
    socket.once("close", () => {
      reject(new Error("redis closed the connection"));
    });
  });
}

async function askPlatform({ platformUrl }: Release, { url }: Asked): Promise<Answer> {
  const asked = new URL(url.pathname.slice(PLATFORM.length - 1), platformUrl);
  try {
    const response = await fetch(asked, { signal: AbortSignal.timeout(5_000) });
    return { status: response.status, body: await response.json() };
  } catch {
    return { status: 503, body: { error: "the platform service cannot be reached" } };
  }
}
