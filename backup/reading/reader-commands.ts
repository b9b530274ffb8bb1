import { readFileSync } from "node:fs";
import { join } from "node:path";
import { WIDE_PIPES } from "../../host/docker/wide-pipes";

/** Where a reader's helper has things. */
export const SESSION = "/session";
/** Folder in it, with what is not in the volume but comes into its archive. */
export const EXTRA = "extra";

/** What a reader's helper can do. */
export const READER_COMMANDS = `${WIDE_PIPES}\n${readFileSync(join(__dirname, "reader-commands.sh"), "utf8")}`;
