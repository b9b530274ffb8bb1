import type { Pool } from "pg";

export interface NewVehicle {
  readonly vin: string;
  readonly make: string;
  readonly model: string;
  readonly year: number;
}

export interface Vehicle extends NewVehicle {
  readonly id: string;
}

const columns = "id, vin, make, model, year";

export async function insertVehicle(database: Pool, vehicle: NewVehicle): Promise<Vehicle> {
  const result = await database.query<Vehicle>(
    `INSERT INTO vehicles (vin, make, model, year) VALUES ($1, $2, $3, $4) RETURNING ${columns}`,
    [vehicle.vin, vehicle.make, vehicle.model, vehicle.year],
  );
  const [row] = result.rows;
  if (row === undefined) {
    throw new Error("the new vehicle was not returned");
  }
  return row;
}

/** All of them or none. */
export async function insertVehicles(
  database: Pool,
  vehicles: readonly NewVehicle[],
): Promise<Vehicle[]> {
  const result = await database.query<Vehicle>(
    `INSERT INTO vehicles (vin, make, model, year)
     SELECT vin, make, model, year
     FROM jsonb_to_recordset($1) AS given (vin text, make text, model text, year integer)
     RETURNING ${columns}`,
    [JSON.stringify(vehicles)],
  );
  return result.rows;
}

export async function listVehicles(database: Pool): Promise<Vehicle[]> {
  const result = await database.query<Vehicle>(
    `SELECT ${columns} FROM vehicles ORDER BY created_at, id`,
  );
  return result.rows;
}

export async function findVehicle(database: Pool, id: string): Promise<Vehicle | undefined> {
  const result = await database.query<Vehicle>(`SELECT ${columns} FROM vehicles WHERE id = $1`, [
    id,
  ]);
  return result.rows[0];
}
