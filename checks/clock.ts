import type { HostContext } from "../host/context";

/** What time it is for the Docker host, ISO 8601: logs are compared with its clock, not with this process's. */
export async function dockerTime(context: HostContext): Promise<string> {
  const { SystemTime } = (await context.docker.info()) as { readonly SystemTime: string };
  return SystemTime;
}
