import type { FastifyInstance } from "fastify";
import { isTenantName } from "../../core/config/tenant.js";
import type { Services } from "../../core/services.js";
import { insertTenant, listTenants } from "./tenants.repository.js";
import type { Tenant } from "./tenants.repository.js";

const tenantBody = {
  type: "object",
  required: ["id", "name"],
  properties: { id: { type: "string" }, name: { type: "string", minLength: 1, maxLength: 100 } },
} as const;

/** Tenants that share the vault. */
export async function tenantRoutes(app: FastifyInstance, services: Services): Promise<void> {
  const { database } = services;

  app.post<{ Body: Tenant }>(
    "/api/tenants",
    { schema: { body: tenantBody } },
    async (request, reply) => {
      if (!isTenantName(request.body.id)) {
        return reply.code(400).send({ error: "a tenant's id is lower case letters and digits" });
      }
      const tenant = await insertTenant(database, request.body);
      return tenant === undefined
        ? reply.code(409).send({ error: "this tenant exists" })
        : reply.code(201).send(tenant);
    },
  );

  app.get("/api/tenants", async () => listTenants(database));
}
