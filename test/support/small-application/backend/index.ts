import { closeOnStop } from "./stop";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { readConfiguration } from "./configuration";
import { connectDatabase, migrate } from "./database";
import { folderStorage, objectStorage } from "./documents";
import { readRelease } from "./release";
import { type Answer, pingRedis, type Route, routesOf } from "./routes";
import { tokenCheck } from "./tokens";

const PORT = 3001;
const READY_WITHIN_MS = 120_000;

async function start(): Promise<void> {
  const release = readRelease("src");
  const configuration = readConfiguration();
  const database = connectDatabase(configuration);
  const storage = release.objects ? objectStorage(configuration) : folderStorage;
  const { redisHost } = configuration;
  await Promise.all([
    ready("the database", () => database.query("SELECT 1")).then(() => migrate(database)),
    ready("redis", () => pingRedis(redisHost)),
    ready("the document storage", () => storage.prepare()),
  ]);
  const routes = routesOf({ release, database, storage, redisHost });
  const isGood = tokenCheck(configuration);
  const server = createServer((request, response) => {
    answer(routes, isGood, request)
      .catch((error: unknown): Answer => {
        console.error(`${request.method ?? ""} ${request.url ?? ""}: ${String(error)}`);
        return { status: 500, body: { error: "failed" } };
      })
      .then((found) => {
        send(response, found);
      })
      .catch(console.error);
  });
  closeOnStop(() => new Promise((resolve) => server.close(resolve)));
  server.listen(PORT, "0.0.0.0");
}

async function answer(
  routes: readonly Route[],
  isGood: (authorization: string) => Promise<boolean>,
  request: IncomingMessage,
): Promise<Answer> {
  const url = new URL(request.url ?? "/", "http://backend");
  const route = routes.find(({ at }) => at.test(`${request.method ?? ""} ${url.pathname}`));
  if (route === undefined) return { status: 404, body: { error: "not found" } };
  if (!route.open && !(await isGood(request.headers.authorization ?? ""))) {
    return { status: 401, body: { error: "a token of our issuer is required" } };
  }
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return route.answer({ url, body: Buffer.concat(chunks) });
}

function send(response: ServerResponse, { status, body }: Answer): void {
  const isJson = !Buffer.isBuffer(body);
  response
    .writeHead(status, { "content-type": isJson ? "application/json" : "application/octet-stream" })
    .end(isJson ? JSON.stringify(body) : body);
}

/** Repeats an attempt until it succeeds, and says once why it has to. */
async function ready(what: string, attempt: () => Promise<unknown>): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  for (let told = false; ; told = true) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      if (!told) console.error(`waiting for ${what}: ${String(error)}`);
    }
    await pause(250);
  }
}

start().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
