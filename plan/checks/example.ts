import type { z } from "zod";
import type { checkSettingsSchema } from "./settings";

const MAKES = "/api/platform/makes";
const MODELS = `${MAKES}/{make}/models`;

/** Config `checks` of the demo application, as an example to start from; `issuer` is where its tokens come from. */
export function exampleCheckSettings(
  issuer: string,
): NonNullable<z.input<typeof checkSettingsSchema>> {
  return {
    health: { path: "/api/health", expect: { status: "ok" } },
    database: { path: "/api/health", expect: { database: "ok" } },
    redis: { path: "/api/health", expect: { redis: "ok" } },
    platform: { path: MAKES, contains: "Honda" },
    api: [
      { path: "/api/vehicles", token: true },
      { path: "/api/documents", token: true },
      { path: MAKES },
    ],
    platformApi: [
      { path: MAKES },
      { path: `${MAKES}/Honda/models`, contains: "Accord" },
      { path: `${MAKES}/Honda/models/Accord/years`, contains: "2003" },
    ],
    tenantPages: [
      { path: "/tenants", contains: "default" },
      { path: "/landing", contains: "MotoVaultPro" },
    ],
    tenant: { path: "/api/tenants", id: "default" },
    login: { tokenUrl: new URL("oauth/token", issuer).href, protected: "/api/vehicles" },
    documents: {
      list: "/api/documents",
      upload: "/api/documents?name={name}",
      content: "/api/documents/{id}/content",
      sha256Field: "sha256",
      removeSql: "DELETE FROM documents WHERE id::text = current_setting('rollback.document')",
    },
    vin: {
      path: "/api/platform/vin/{vin}",
      vin: "1HGCM82633A004352",
      expect: { make: "Honda", model: "Accord", year: 2003 },
    },
    hierarchy: {
      makes: { path: MAKES, field: "makes" },
      models: { path: MODELS, field: "models" },
      years: { path: `${MODELS}/{model}/years`, field: "years" },
    },
    routers: ["PathPrefix(`/api`)", "PathPrefix(`/`)"],
    tables: ["vehicles", "documents", "_migrations"],
    migrations: { query: "SELECT name FROM _migrations" },
    tests: { backend: ["npm", "test"] },
    // A Traefik that was built without its dashboard says so once at its start.
    logs: { ignore: ["Error appending dashboard to API router"] },
  };
}
