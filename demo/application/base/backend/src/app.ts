import fastify from "fastify";
import type { FastifyInstance } from "fastify";
import { registerTenantMiddleware } from "./core/middleware/tenant.js";
import { registerAuthentication } from "./core/plugins/auth.plugin.js";
import type { Services } from "./core/services.js";
import { documentRoutes } from "./features/documents/documents.routes.js";
import { healthRoutes } from "./features/health/health.routes.js";
import { sessionRoutes } from "./features/sessions/sessions.routes.js";
import { tenantRoutes } from "./features/tenant-management/tenants.routes.js";
import { platformRoutes } from "./features/vehicles/platform.routes.js";
import { vehicleRoutes } from "./features/vehicles/vehicles.routes.js";

/** The multi-tenant API, ready to listen. */
export async function buildApp(services: Services): Promise<FastifyInstance> {
  const app = fastify({
    logger: { level: "warn" },
    disableRequestLogging: true,
    forceCloseConnections: true,
  });
  registerTenantMiddleware(app);
  registerAuthentication(app, services.configuration);
  const features = [
    healthRoutes,
    vehicleRoutes,
    platformRoutes,
    documentRoutes,
    sessionRoutes,
    tenantRoutes,
  ];
  for (const feature of features) {
    // Each feature has a scope of its own, so that body parsers of one do not reach another.
    await app.register(async (scope) => feature(scope, services));
  }
  return app;
}
