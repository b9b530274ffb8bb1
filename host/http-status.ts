import { get } from "node:http";

/** HTTP status of one GET on a connection of its own; rejects when nothing answers in time. */
export async function httpStatus(url: string, timeoutMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    // A connection of its own: one kept from a server that has stopped since would tell nothing.
    const request = get(url, { agent: false, timeout: timeoutMs }, (response) => {
      response.resume();
      response.once("end", () => {
        resolve(response.statusCode ?? 0);
      });
      response.once("error", reject);
    });
    request.once("timeout", () => {
      request.destroy(new Error(`no answer within ${timeoutMs} ms`));
    });
    request.once("error", reject);
  });
}
