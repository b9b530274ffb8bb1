import type { FastifyInstance } from "fastify";
import type { Services } from "../../core/services.js";

const sessionBody = {
  type: "object",
  required: ["key", "value"],
  properties: { key: { type: "string", minLength: 1, maxLength: 200 }, value: {} },
} as const;

/** Session values, kept in Redis. */
export async function sessionRoutes(app: FastifyInstance, services: Services): Promise<void> {
  const { cache } = services;

  app.put<{ Body: { key: string; value: unknown } }>(
    "/api/session",
    { schema: { body: sessionBody } },
    async (request) => {
      const { key, value } = request.body;
      await cache.set(`session:${key}`, JSON.stringify(value));
      return { key, value };
    },
  );

  app.get<{ Params: { key: string } }>("/api/session/:key", async (request, reply) => {
    const { key } = request.params;
    const stored = await cache.get(`session:${key}`);
    if (stored === null) {
      return reply.code(404).send({ error: "no such session value" });
    }
    const value: unknown = JSON.parse(stored);
    return { key, value };
  });
}
