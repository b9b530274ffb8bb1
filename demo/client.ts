import { createHash, randomBytes } from "node:crypto";
import { issuerUrl, type Workspace } from "./workspace";

export interface Vehicle {
  readonly id: string | number;
  readonly vin: string;
}

export interface StoredDocument {
  readonly id: string;
  readonly sha256: string;
}

/** What a person's data is at one moment, as the edge gives it out: rows by id, documents by id with their hash. */
export interface Contents {
  readonly vehicles: ReadonlyMap<string, string>;
  readonly documents: ReadonlyMap<string, string>;
}

/** Uses the running application as a person would: through the edge, with a token. */
export class EdgeClient {
  private token: string | undefined;

  constructor(private readonly workspace: Workspace) {}

  async addVehicle(make: string): Promise<Vehicle> {
    const body = JSON.stringify(newVehicle(make));
    const response = await this.request("POST", "/api/vehicles", body, "application/json");
    return (await response.json()) as Vehicle;
  }

  /** Several at once: all of them, or none. */
  async addVehicles(make: string, count: number): Promise<Vehicle[]> {
    const body = JSON.stringify(Array.from({ length: count }, () => newVehicle(make)));
    const response = await this.request("POST", "/api/vehicles/fleet", body, "application/json");
    return (await response.json()) as Vehicle[];
  }

  async addDocument(bytes: Buffer): Promise<StoredDocument> {
    const response = await this.request(
      "POST",
      "/api/documents?name=demo.bin",
      bytes,
      "application/octet-stream",
    );
    const stored = (await response.json()) as StoredDocument;
    const sent = createHash("sha256").update(bytes).digest("hex");
    if (stored.sha256 !== sent)
      throw new Error(`document ${stored.id} was stored with another hash`);
    return stored;
  }

  /** Everything that can be read: every row, and every document's bytes hashed anew. */
  async contents(): Promise<Contents> {
    const vehicles = (await (await this.request("GET", "/api/vehicles")).json()) as Vehicle[];
    const documents = (await (
      await this.request("GET", "/api/documents")
    ).json()) as StoredDocument[];
    const hashes = await Promise.all(
      documents.map(async ({ id }) => [id, await this.hashOf(id)] as const),
    );
    return {
      vehicles: new Map(vehicles.map((vehicle) => [String(vehicle.id), vehicle.vin])),
      documents: new Map(hashes),
    };
  }

  async status(path: string): Promise<number> {
    const response = await fetch(this.url(path), { signal: AbortSignal.timeout(10_000) });
    await response.arrayBuffer();
    return response.status;
  }

  private async hashOf(id: string): Promise<string> {
    const response = await this.request("GET", `/api/documents/${id}/content`);
    return createHash("sha256")
      .update(Buffer.from(await response.arrayBuffer()))
      .digest("hex");
  }

  private async request(
    method: string,
    path: string,
    body?: string | Buffer,
    type?: string,
  ): Promise<Response> {
    this.token ??= await this.fetchToken();
    const response = await fetch(this.url(path), {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(type === undefined ? {} : { "content-type": type }),
      },
      ...(body === undefined ? {} : { body: new Uint8Array(Buffer.from(body)) }),
      signal: AbortSignal.timeout(20_000),
    });
    if (!response.ok)
      throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  }

  private async fetchToken(): Promise<string> {
    const response = await fetch(`${issuerUrl(this.workspace.ports)}oauth/token`, {
      method: "POST",
      body: new URLSearchParams({ grant_type: "client_credentials" }),
    });
    return ((await response.json()) as { access_token: string }).access_token;
  }

  private url(path: string): string {
    return `http://127.0.0.1:${this.workspace.ports.http}${path}`;
  }
}

function newVehicle(make: string): object {
  const vin = `1HG${randomBytes(7).toString("hex").toUpperCase()}`;
  return { vin, make, model: "Accord", year: 2003 };
}
