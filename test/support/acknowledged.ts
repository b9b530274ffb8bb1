import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import type { Contents, EdgeClient } from "../../demo/client";

/** What was written through the edge and acknowledged, by one who writes nothing while the host changes. */
export class Acknowledged {
  private readonly vehicles = new Map<string, string>();
  private readonly documents = new Map<string, string>();

  constructor(private readonly client: EdgeClient) {}

  /** A new row and a new document. */
  async write(): Promise<void> {
    const { id, vin } = await this.client.addVehicle("Honda");
    this.vehicles.set(String(id), vin);
    const document = await this.client.addDocument(randomBytes(2000));
    this.documents.set(document.id, document.sha256);
  }

  /** Every row and every document is there with equal content, and no other. */
  async assertThere(): Promise<void> {
    const expected: Contents = { vehicles: this.vehicles, documents: this.documents };
    assert.deepEqual(await this.client.contents(), expected);
  }
}
