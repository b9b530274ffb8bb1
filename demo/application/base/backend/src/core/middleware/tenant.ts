import type { FastifyInstance } from "fastify";
import { defaultTenant, isTenantName } from "../config/tenant.js";

declare module "fastify" {
  interface FastifyRequest {
    /** The tenant that this request belongs to. */
    tenantId: string;
  }
}

/** Determines the tenant of every request: token claim first, then the X-Tenant-Id header. */
export function registerTenantMiddleware(app: FastifyInstance): void {
  app.decorateRequest("tenantId", defaultTenant);
  app.addHook("onRequest", async (request, reply) => {
    const header = request.headers["x-tenant-id"];
    if (typeof header === "string" && isTenantName(header)) {
      request.tenantId = header;
    }
    reply.header("x-tenant-id", request.tenantId);
  });
}
