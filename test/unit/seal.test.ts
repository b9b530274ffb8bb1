import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seal, unseal } from "../../backup/seal";

async function* pieces(content: Buffer): AsyncGenerator<Buffer> {
  await Promise.resolve();
  for (let at = 0; at < content.length; at += 70_000) yield content.subarray(at, at + 70_000);
}

async function whole(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

describe("an encrypted backup", () => {
  const content = randomBytes(300_000);
  let folder = "";
  let identityFile = "";
  let sealed: Buffer = Buffer.alloc(0);

  beforeEach(async () => {
    const { generateIdentity, identityToRecipient } = await import("age-encryption");
    folder = await mkdtemp(join(tmpdir(), "rollback-seal-"));
    const identity = await generateIdentity();
    identityFile = join(folder, "identity");
    await writeFile(identityFile, `# created today\n${identity}\n`, { mode: 0o600 });
    sealed = await whole(await seal(pieces(content), [await identityToRecipient(identity)]));
  });

  afterEach(() => rm(folder, { recursive: true }));

  const open = async (bytes: Buffer) => whole(await unseal(pieces(bytes), identityFile));

  it("shows nothing of its content, and comes back byte for byte for its identity", async () => {
    assert.ok(!sealed.includes(content.subarray(0, 32)));
    assert.deepEqual(await open(sealed), content);
  });

  it("stays closed for another identity", async () => {
    const { generateIdentity } = await import("age-encryption");
    await writeFile(identityFile, `${await generateIdentity()}\n`);
    await assert.rejects(open(sealed));
  });

  it("is refused when a byte of it was changed, or its end is missing", async () => {
    const changed = Buffer.from(sealed);
    changed.writeUInt8(changed.readUInt8(changed.length - 100) ^ 1, changed.length - 100);
    await assert.rejects(open(changed));
    await assert.rejects(open(sealed.subarray(0, -70_000)));
  });

  it("is not opened with a key that others can read", async () => {
    await chmod(identityFile, 0o644);
    await assert.rejects(open(sealed), /can be read by others: chmod 600/);
  });
});
