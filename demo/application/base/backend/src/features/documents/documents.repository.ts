import type { Pool } from "pg";

export interface DocumentRow {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
}

const columns = "id, name, size::float8 AS size, sha256";

export async function insertDocument(database: Pool, row: DocumentRow): Promise<void> {
  await database.query(
    "INSERT INTO documents (id, name, size, sha256) VALUES ($1, $2, $3, $4)",
    [row.id, row.name, row.size, row.sha256],
  );
}

export async function listDocuments(database: Pool): Promise<DocumentRow[]> {
  const result = await database.query<DocumentRow>(
    `SELECT ${columns} FROM documents ORDER BY created_at, id`,
  );
  return result.rows;
}

export async function findDocument(database: Pool, id: string): Promise<DocumentRow | undefined> {
  const result = await database.query<DocumentRow>(
    `SELECT ${columns} FROM documents WHERE id = $1`,
    [id],
  );
  return result.rows[0];
}
