import { messageOf, ProblemsError } from "../../plan/problem";
import type { HostContext } from "../context";
import { gone } from "./statuses";

/** Makes sure that the helper image is on the Docker host before anything needs it: pulls it where it is missing. */
export async function ensureHelperImage(context: HostContext): Promise<void> {
  const { docker, helperImage } = context;
  if ((await docker.getImage(helperImage).inspect().catch(gone)) !== null) return;
  context.report(`pulling ${helperImage}`);
  try {
    const stream = await docker.pull(helperImage);
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(stream, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  } catch (error) {
    throw new ProblemsError("read and write volumes", [
      {
        subject: `image "${helperImage}"`,
        what: "is not on this Docker host and cannot be pulled",
        advice: [
          `found: ${messageOf(error)}`,
          "load it from a backup made --with-images: zstd -dc images.tar.zst | docker load",
          'or name one that is here and has GNU tar and zstd: config "images", key "helper"',
        ],
      },
    ]);
  }
}
