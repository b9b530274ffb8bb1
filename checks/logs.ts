import { Readable } from "node:stream";
import { patternOf } from "../plan/application/check-addresses";
import { Captured } from "../host/docker/captured";
import { frames } from "../host/docker/frames";
import { gone } from "../host/docker/statuses";
import { type CheckedService, servicesOf } from "./containers";
import { containerOf } from "../host/docker/containers";
import type { CheckScene, Finding, Runner } from "./scene";

/** Lines of each container that are looked at: the last ones, a log may have no end. */
const LINES = 5000;

/** Colours stand right beside the word that a pattern looks for. */
const COLOURS = /\x1b\[[\d;]*m/g;

interface ErrorLine {
  readonly service: string;
  readonly line: string;
}

/** No line since the change looks like an error, by the patterns of config `checks.logs`. */
export const logs: Runner<"logs"> = async (scene, { services, patterns }) => {
  const wanted = servicesOf(scene, services);
  const found = await Promise.all(wanted.map((service) => errorLines(scene, service, patterns)));
  return findingOfLines(found.flat(), wanted.length, scene.since);
};

async function errorLines(
  scene: CheckScene,
  service: CheckedService,
  patterns: "errors" | "network",
): Promise<ErrorLine[]> {
  const errors = scene.settings.logs[patterns].map(patternOf);
  const ignored = scene.settings.logs.ignore.map(patternOf);
  const lines = (await logOf(scene, service)).replace(COLOURS, "").split("\n");
  return lines
    .filter((line) => errors.some((error) => error.test(line)))
    .filter((line) => !ignored.some((harmless) => harmless.test(line)))
    .map((line) => ({ service: service.name, line: line.trim() }));
}

/** Both streams as text; the time is Docker's own, whatever the clock of this process says. */
async function logOf(scene: CheckScene, { containerName }: CheckedService): Promise<string> {
  if (containerName === null) return "";
  const since = scene.since === null ? {} : { since: Date.parse(scene.since) / 1000 };
  const options = { stdout: true, stderr: true, tail: LINES, ...since } as const;
  const bytes = await containerOf(scene.context, { containerName }).logs(options).catch(gone);
  const captured = new Captured();
  if (bytes === null) return "";
  for await (const frame of frames(Readable.from([bytes]))) captured.add(frame.bytes);
  return captured.text();
}

function findingOfLines(
  lines: readonly ErrorLine[],
  containers: number,
  since: string | null,
): Finding {
  const [first] = lines;
  const when = since === null ? "" : ` since ${since}`;
  if (first === undefined) {
    return { passed: true, found: `none in ${containers} containers${when}` };
  }
  const lineCount = lines.length === 1 ? "1 line" : `${lines.length} lines`;
  return { passed: false, found: `${lineCount}${when}, first in ${first.service}: ${first.line}` };
}
