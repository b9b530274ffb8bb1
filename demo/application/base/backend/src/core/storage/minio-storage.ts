import { Client } from "minio";
import type { Configuration } from "../config/config-loader.js";
import type { DocumentStorage } from "./storage.js";

/** Documents as objects of one bucket. */
export class MinioStorage implements DocumentStorage {
  private readonly client: Client;
  private readonly bucket: string;

  constructor(configuration: Configuration) {
    this.bucket = configuration.text("minio.bucket", "documents");
    this.client = new Client({
      endPoint: configuration.text("minio.host", "admin-minio"),
      port: configuration.number("minio.port", 9000),
      useSSL: false,
      accessKey: configuration.secret("minio-access-key"),
      secretKey: configuration.secret("minio-secret-key"),
      // With a known region the client asks the server nothing before its first request.
      region: "us-east-1",
    });
  }

  async initialise(): Promise<void> {
    if (!(await this.client.bucketExists(this.bucket))) {
      await this.client.makeBucket(this.bucket);
    }
  }

  async put(key: string, content: Buffer): Promise<void> {
    await this.client.putObject(this.bucket, key, content, content.length);
  }

  async get(key: string): Promise<Buffer | undefined> {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of await this.client.getObject(this.bucket, key)) {
        chunks.push(chunk as Buffer);
      }
      return Buffer.concat(chunks);
    } catch (error) {
      if (isMissing(error)) {
        return undefined;
      }
      throw error;
    }
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "NoSuchKey";
}
