import { createHash, randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import type { Services } from "../../core/services.js";
import { findDocument, insertDocument, listDocuments } from "./documents.repository.js";

const largestDocument = 64 * 1024 * 1024;

const uploadQuery = {
  type: "object",
  required: ["name"],
  properties: { name: { type: "string", minLength: 1, maxLength: 255 } },
} as const;

const documentParameters = {
  type: "object",
  properties: { id: { type: "string", format: "uuid" } },
} as const;

/** Upload, list and download of documents; the bytes are objects in MinIO. */
export async function documentRoutes(app: FastifyInstance, services: Services): Promise<void> {
  const { database, storage } = services;
  // Documents are bytes, whatever their content type says.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    "*",
    { parseAs: "buffer", bodyLimit: largestDocument },
    async (_request: unknown, body: Buffer) => body,
  );

  app.post<{ Querystring: { name: string }; Body: Buffer | undefined }>(
    "/api/documents",
    { schema: { querystring: uploadQuery } },
    async (request, reply) => {
      const content = request.body ?? Buffer.alloc(0);
      const row = {
        id: randomUUID(),
        name: request.query.name,
        size: content.length,
        sha256: createHash("sha256").update(content).digest("hex"),
      };
      // Object first: a row always has its object, never the other way round.
      await storage.put(row.id, content);
      await insertDocument(database, row);
      return reply.code(201).send(row);
    },
  );

  app.get("/api/documents", async () => listDocuments(database));

  app.get<{ Params: { id: string } }>(
    "/api/documents/:id/content",
    { schema: { params: documentParameters } },
    async (request, reply) => {
      const row = await findDocument(database, request.params.id);
      const content = row === undefined ? undefined : await storage.get(row.id);
      if (row === undefined || content === undefined) {
        return reply.code(404).send({ error: "no such document" });
      }
      return reply
        .header("content-type", "application/octet-stream")
        .header("x-document-sha256", row.sha256)
        .send(content);
    },
  );
}
