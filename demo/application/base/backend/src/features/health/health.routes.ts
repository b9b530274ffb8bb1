import type { FastifyInstance } from "fastify";
import type { Services } from "../../core/services.js";

/** Healthy means: a real query and a real command succeed. */
export async function healthRoutes(app: FastifyInstance, services: Services): Promise<void> {
  const { database, cache } = services;

  app.get("/api/health", { config: { public: true } }, async (_request, reply) => {
    const [databaseState, redisState] = await Promise.all([
      stateOf(() => database.query("SELECT count(*) FROM vehicles WHERE false")),
      stateOf(() => cache.ping()),
    ]);
    const healthy = databaseState === "ok" && redisState === "ok";
    return reply.code(healthy ? 200 : 503).send({
      status: healthy ? "ok" : "failing",
      database: databaseState,
      redis: redisState,
    });
  });
}

async function stateOf(check: () => Promise<unknown>): Promise<"ok" | "failing"> {
  try {
    await check();
    return "ok";
  } catch {
    return "failing";
  }
}
