import { join } from "node:path";
import type Docker from "dockerode";
import type { HostContext } from "../../host/context";
import { withoutValues } from "../../host/docker/without-values";
import { writeDurably } from "../../host/durable-file";
import { evidenceFolder } from "../records/change";

/** Lines of a container's log that are kept; bounded, because a log may be of any size. */
const LOG_LINES = 2_000;

/** Keeps a container's last log lines and its settings before it is removed. */
export async function keepEvidence(
  context: HostContext,
  number: number,
  container: Docker.Container,
  info: Docker.ContainerInspectInfo,
): Promise<void> {
  const folder = await evidenceFolder(context, number);
  const name = info.Name.replace(/^\//, "");
  const log = await container.logs({
    stdout: true,
    stderr: true,
    tail: LOG_LINES,
    timestamps: true,
  });
  await writeDurably(join(folder, `${name}.log`), plainText(log));
  await writeDurably(
    join(folder, `${name}.json`),
    `${JSON.stringify(withoutValues(info), null, 2)}\n`,
  );
}

/** Takes Docker's 8-byte frame headers out of a log. */
function plainText(log: Buffer): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at + 8 <= log.length;) {
    const length = log.readUInt32BE(at + 4);
    pieces.push(log.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return Buffer.concat(pieces);
}
