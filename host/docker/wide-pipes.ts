import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A bash function that runs a program with larger pipes at its standard input and output. */
export const WIDE_PIPES = readFileSync(join(__dirname, "wide-pipes.sh"), "utf8");
