import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ProblemsError } from "../../plan/problem";
import { layOut, type ReadReleaseFile } from "./lay-out";
import { type ComposeInput, type ReadModel, READ_ATTEMPT, readModel } from "./read-model";

/**
 * What Compose makes of a release's files, read in a folder of its own: neither the work tree nor the operator's shell has a part in it.
 *
 * @throws ProblemsError with every file that is missing, with Compose's own words, or with every field that this program does not apply
 */
export async function releaseModel(
  read: ReadReleaseFile,
  input: Omit<ComposeInput, "folder">,
): Promise<ReadModel> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "motovaultpro-compose-")));
  try {
    const problems = await layOut(read, input.files, folder);
    if (problems.length > 0) throw new ProblemsError(READ_ATTEMPT, problems);
    return await readModel({ ...input, folder });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
