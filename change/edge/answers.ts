import { httpStatus } from "../../host/http-status";

/** Answers 200 only when edge, backend and database work together. */
const PROBE_PATH = "/api/health";

const TIMEOUT_MS = 5_000;

/** Where the edge that has a host port is asked for its health. */
export function probeUrl(port: number): string {
  return `http://127.0.0.1:${port}${PROBE_PATH}`;
}

/** Whether somebody is served at a host port now. */
export async function answersAtEdge(port: number): Promise<boolean> {
  const status = await httpStatus(probeUrl(port), TIMEOUT_MS).catch(() => null);
  return status === 200;
}
