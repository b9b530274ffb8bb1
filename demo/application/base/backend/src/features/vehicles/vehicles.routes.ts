import type { FastifyInstance } from "fastify";
import type { Services } from "../../core/services.js";
import { findVehicle, insertVehicle, insertVehicles, listVehicles } from "./vehicles.repository.js";
import type { NewVehicle } from "./vehicles.repository.js";

/** What a new vehicle must look like. */
export const vehicleBody = {
  type: "object",
  required: ["vin", "make", "model", "year"],
  properties: {
    vin: { type: "string", minLength: 1, maxLength: 32 },
    make: { type: "string", minLength: 1, maxLength: 100 },
    model: { type: "string", minLength: 1, maxLength: 100 },
    year: { type: "integer", minimum: 1886, maximum: 2100 },
  },
} as const;

/** A fleet that is taken over at once. */
const fleetBody = { type: "array", minItems: 1, maxItems: 1000, items: vehicleBody } as const;

const vehicleParameters = {
  type: "object",
  properties: { id: { type: "string", format: "uuid" } },
} as const;

/** The vehicles of the vault. */
export async function vehicleRoutes(app: FastifyInstance, services: Services): Promise<void> {
  const { database } = services;

  app.post<{ Body: NewVehicle }>(
    "/api/vehicles",
    { schema: { body: vehicleBody } },
    async (request, reply) => reply.code(201).send(await insertVehicle(database, request.body)),
  );

  app.post<{ Body: NewVehicle[] }>(
    "/api/vehicles/fleet",
    { schema: { body: fleetBody } },
    async (request, reply) => reply.code(201).send(await insertVehicles(database, request.body)),
  );

  app.get("/api/vehicles", async () => listVehicles(database));

  app.get<{ Params: { id: string } }>(
    "/api/vehicles/:id",
    { schema: { params: vehicleParameters } },
    async (request, reply) => {
      const vehicle = await findVehicle(database, request.params.id);
      return vehicle ?? reply.code(404).send({ error: "no such vehicle" });
    },
  );
}
