import Docker from "dockerode";
import { messageOf, ProblemsError } from "../plan/problem";
import type { VerbContext } from "../plan/run/verbs";
import type { HostContext, Report } from "./context";

/** Connects to the Docker host of the environment; refuses with one clear message when it does not answer. */
export async function connect(
  place: VerbContext,
  attempt: string,
  report: Report,
): Promise<HostContext> {
  const docker = new Docker();
  try {
    await docker.ping();
  } catch (error) {
    throw new ProblemsError(attempt, [
      {
        subject: "Docker",
        what: `does not answer at ${process.env.DOCKER_HOST ?? "its default socket"}`,
        advice: [
          `found: ${messageOf(error)}`,
          "start it (systemctl start docker), or set DOCKER_HOST, and try again",
        ],
      },
    ]);
  }
  return { ...place, docker, report };
}
