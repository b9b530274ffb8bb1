import { randomBytes, randomUUID } from "node:crypto";
import type Docker from "dockerode";
import type { Client } from "minio";
import { type Dialogue, openDialogue } from "../../host/docker/dialogue";
import { waitFor } from "../../host/docker/wait";
import { BUCKET } from "./minio-server";

const AT_ONCE = 3;
const LARGEST = 300_000;

/** Writes as the application does, as fast as it can: an object before its row; and away with a row before its object. */
export class DocumentWriter {
  private readonly old: string[] = [];
  private written = 0;
  private deleting = false;
  private on = true;
  private readonly works: Promise<void>[];

  private constructor(
    private readonly dialogues: readonly Dialogue[],
    private readonly client: Client,
  ) {
    this.works = dialogues.map((dialogue) => this.work(dialogue));
  }

  static async start(server: Docker.Container, client: Client): Promise<DocumentWriter> {
    const argv = ["psql", "-XAtq", "-U", "motovaultpro", "-d", "motovaultpro"];
    const dialogues = await Promise.all(
      Array.from({ length: AT_ONCE }, () => openDialogue(server, argv)),
    );
    const table = "CREATE TABLE documents (key text PRIMARY KEY, bytes int)";
    await dialogues[0]?.ask(`${table}; SELECT 'made';\n`);
    return new DocumentWriter(dialogues, client);
  }

  /** Waits for so many documents; from then on each new one comes with the deletion of one of these. */
  async until(documents: number): Promise<void> {
    await waitFor(
      () => {
        const done = this.written >= documents;
        return Promise.resolve(
          done ? { done, value: null } : { done, state: `${this.written} documents` },
        );
      },
      { deadlineMs: 60_000, intervalMs: 20, message: "documents to be written" },
    );
    this.deleting = true;
  }

  async stop(): Promise<void> {
    this.on = false;
    await Promise.all(this.works);
    await Promise.all(this.dialogues.map((dialogue) => dialogue.end()));
  }

  private async work(dialogue: Dialogue): Promise<void> {
    while (this.on) {
      const key = randomUUID();
      const bytes = randomBytes(Math.ceil(Math.random() * LARGEST));
      await this.client.putObject(BUCKET, key, bytes);
      await dialogue.ask(
        `INSERT INTO documents VALUES ('${key}', ${bytes.length}) RETURNING key;\n`,
      );
      this.written++;
      const old = this.deleting ? this.old.shift() : undefined;
      if (!this.deleting) this.old.push(key);
      if (old === undefined) continue;
      await dialogue.ask(`DELETE FROM documents WHERE key = '${old}' RETURNING key;\n`);
      await this.client.removeObject(BUCKET, old);
    }
  }
}
