import { readFileSync } from "node:fs";
import { join } from "node:path";
import { WIDE_PIPES } from "../../host/docker/wide-pipes";

/** Where a volume session mounts things. */
export const VOLUME = "/volume";
export const BACKUP = "/backup";
export const EXCHANGE = "/exchange";

/** What a volume session can do. */
export const VOLUME_COMMANDS = `${WIDE_PIPES}\n${readFileSync(join(__dirname, "commands.sh"), "utf8")}`;
