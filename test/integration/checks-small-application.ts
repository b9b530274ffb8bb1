import { createHash, randomUUID } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type Docker from "dockerode";
import type { ChosenServer } from "./checks-fixture";
import { query } from "./data-host";

/** Documents as the demo application keeps them after the simplification: rows in PostgreSQL, objects as files of a folder. */
export class SmallApplication {
  /** Gives out other bytes than it took. */
  damaged = false;

  constructor(
    private readonly edge: ChosenServer,
    private readonly database: Docker.Container,
    private readonly folder: string,
  ) {}

  serve(): void {
    this.damaged = false;
    this.edge.json("POST /oauth/token", { access_token: "token" });
    this.edge.routes.set("POST /api/documents", async ({ url = "" }, body) => {
      const name = new URL(url, "http://edge").searchParams.get("name") ?? "";
      const row = await this.store(randomUUID(), body, name);
      return { status: 201, body: JSON.stringify(row) };
    });
    this.edge.routes.set("GET /api/documents", async () => ({
      body: JSON.stringify(await this.rows()),
    }));
    this.edge.routes.set("GET *", async ({ url = "" }) => {
      const body = await readFile(join(this.folder, url.split("/")[3] ?? "")).catch(() => null);
      if (body === null) return { status: 404 };
      return { type: "application/octet-stream", body: this.damaged ? "oops" : body };
    });
  }

  async store(id: string, body: Buffer, name = "a document"): Promise<object> {
    const sha256 = createHash("sha256").update(body).digest("hex");
    await writeFile(join(this.folder, id), body);
    await query(this.database, `INSERT INTO documents VALUES ('${id}', '${sha256}', '${name}')`);
    return { id, sha256 };
  }

  async rows(): Promise<unknown[]> {
    const all = "SELECT coalesce(json_agg(d), '[]') FROM documents d";
    return JSON.parse(await query(this.database, all)) as unknown[];
  }
}
