import type { HostContext } from "../context";
import { runGit } from "./run-git";

/** The hash by which git names contents. */
export type ObjectFormat = "sha1" | "sha256";

/** How git names contents in the application's repository. */
export async function objectFormat(context: HostContext): Promise<ObjectFormat> {
  const format = (await runGit(context, ["rev-parse", "--show-object-format"])).trim();
  if (format !== "sha1" && format !== "sha256") throw new Error(`git names objects by ${format}`);
  return format;
}
