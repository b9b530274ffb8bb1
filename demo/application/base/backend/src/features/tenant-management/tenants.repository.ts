import type { Pool } from "pg";

export interface Tenant {
  readonly id: string;
  readonly name: string;
}

/** The new tenant, or undefined when its id is taken. */
export async function insertTenant(database: Pool, tenant: Tenant): Promise<Tenant | undefined> {
  const result = await database.query<Tenant>(
    "INSERT INTO tenants (id, name) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING RETURNING id, name",
    [tenant.id, tenant.name],
  );
  return result.rows[0];
}

export async function listTenants(database: Pool): Promise<Tenant[]> {
  const result = await database.query<Tenant>("SELECT id, name FROM tenants ORDER BY id");
  return result.rows;
}
