import type { FastifyInstance, FastifyRequest } from "fastify";
import { createRemoteJWKSet, errors, jwtVerify } from "jose";
import type { JWTPayload } from "jose";
import type { Configuration } from "../config/config-loader.js";
import { tenantFromClaims } from "../config/tenant.js";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Routes that need no token. */
    public?: boolean;
  }
  interface FastifyRequest {
    /** Subject of the verified token. */
    userId: string;
  }
}

/** Every route but the public ones needs an RS256 token of our issuer; tokens also carry the tenant. */
export function registerAuthentication(app: FastifyInstance, configuration: Configuration): void {
  const issuer = configuration.environment("AUTH0_ISSUER");
  const audience = configuration.environment("AUTH0_AUDIENCE");
  const keys = createRemoteJWKSet(new URL("/.well-known/jwks.json", issuer), {
    cooldownDuration: 1_000,
    timeoutDuration: 3_000,
  });
  app.decorateRequest("userId", "");
  app.addHook("onRequest", async (request, reply) => {
    if (request.routeOptions.config.public === true) {
      return;
    }
    const token = bearerToken(request);
    if (token === undefined) {
      return reply.code(401).send({ error: "a bearer token is required" });
    }
    try {
      const { payload } = await jwtVerify(token, keys, { issuer, audience, algorithms: ["RS256"] });
      acceptClaims(request, payload);
    } catch (error) {
      const verdict = rejection(error);
      request.log.warn({ reason: verdict.error }, "token refused");
      return reply.code(verdict.status).send({ error: verdict.error });
    }
  });
}

function acceptClaims(request: FastifyRequest, claims: JWTPayload): void {
  request.userId = claims.sub ?? "";
  request.tenantId = tenantFromClaims(claims);
}

function bearerToken(request: FastifyRequest): string | undefined {
  return /^Bearer (\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
}

/** A wrong token is the caller's fault, an issuer that does not answer is not. */
function rejection(error: unknown): { status: number; error: string } {
  const unreachable = !(error instanceof errors.JOSEError) || error instanceof errors.JWKSTimeout;
  return unreachable
    ? { status: 503, error: "the token issuer cannot be reached" }
    : { status: 401, error: `the token was refused: ${error.code}` };
}
