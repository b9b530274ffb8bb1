import type { FastifyInstance } from "fastify";
import type { Services } from "../../core/services.js";

const open = { config: { public: true } };

/** Reference data and VIN decoding, answered by the platform's vehicles service. */
export async function platformRoutes(app: FastifyInstance, services: Services): Promise<void> {
  const { platform } = services;

  app.get("/api/platform/makes", open, async (_request, reply) => {
    const answer = await platform.get(["makes"]);
    return reply.code(answer.status).send(answer.body);
  });

  app.get<{ Params: { make: string } }>(
    "/api/platform/makes/:make/models",
    open,
    async ({ params }, reply) => {
      const answer = await platform.get(["makes", params.make, "models"]);
      return reply.code(answer.status).send(answer.body);
    },
  );

  app.get<{ Params: { make: string; model: string } }>(
    "/api/platform/makes/:make/models/:model/years",
    open,
    async ({ params }, reply) => {
      const answer = await platform.get(["makes", params.make, "models", params.model, "years"]);
      return reply.code(answer.status).send(answer.body);
    },
  );

  app.get<{ Params: { vin: string } }>("/api/platform/vin/:vin", open, async ({ params }, reply) => {
    const answer = await platform.get(["vin", params.vin]);
    return reply.code(answer.status).send(answer.body);
  });
}
