import { Readable } from "node:stream";
import type Docker from "dockerode";
import { gone } from "./statuses";

/** Id of an image that is on this Docker host; null if there is none of that name. */
export async function imageId(docker: Docker, reference: string): Promise<string | null> {
  const found = await docker.getImage(reference).inspect().catch(gone);
  return found?.Id ?? null;
}

/** Makes a name mean an image, whatever it meant before. */
export async function nameImage(docker: Docker, id: string, reference: string): Promise<void> {
  await docker.getImage(id).tag({ repo: reference });
}

/** Every name that an image on this Docker host has. */
export async function imageNames(docker: Docker): Promise<string[]> {
  const images = await docker.listImages();
  return images.flatMap(({ RepoTags }) => RepoTags ?? []);
}

/** What `docker save` writes for several images: what they share comes once. */
export async function exportImages(
  docker: Docker,
  references: readonly string[],
): Promise<Readable> {
  const dial = {
    path: "/images/get?",
    method: "GET",
    options: { names: references },
    isStream: true,
    statusCodes: { 200: true, 400: "bad parameter", 404: "no such image", 500: "server error" },
  };
  const stream = await new Promise<unknown>((resolve, reject) => {
    docker.modem.dial(dial, (error: unknown, answer) => {
      if (error === null || error === undefined) resolve(answer);
      else reject(error instanceof Error ? error : new Error("images cannot be saved"));
    });
  });
  if (stream instanceof Readable) return stream;
  throw new Error("Docker did not give a stream of images");
}

/** Takes in what `exportImages` gave. */
export async function importImages(docker: Docker, chunks: AsyncIterable<Buffer>): Promise<void> {
  const answers = await docker.loadImage(Readable.from(chunks), { quiet: true });
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(answers, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}
