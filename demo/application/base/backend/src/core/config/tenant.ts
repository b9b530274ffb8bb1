import type { JWTPayload } from "jose";

/** The tenant of a request that names none. */
export const defaultTenant = "default";

const tenantClaim = "https://motovaultpro.com/tenant_id";

/** The tenant that a verified token speaks for. */
export function tenantFromClaims(claims: JWTPayload): string {
  const tenant = claims[tenantClaim];
  return typeof tenant === "string" && tenant !== "" ? tenant : defaultTenant;
}

/** Tenant names are part of host names, hence the narrow alphabet. */
export function isTenantName(name: string): boolean {
  return /^[a-z][a-z0-9-]{1,39}$/.test(name);
}
