import type Docker from "dockerode";
import { environmentOf } from "../host/docker/containers";
import { executeOrFail } from "../host/docker/exec";

/** What a server was told by a variable, or by the file that `<variable>_FILE` names; undefined where it was told nothing. */
export type ContainerSettings = (variable: string) => Promise<string | undefined>;

/** How the server of a container was told its settings, as official images read them. Files are read where it reads them. */
export async function containerSettings(container: Docker.Container): Promise<ContainerSettings> {
  const environment = new Map(environmentOf(await container.inspect()).map(pairOf));
  return async (variable) => {
    const file = environment.get(`${variable}_FILE`);
    const told =
      file === undefined
        ? environment.get(variable)
        : (await executeOrFail(container, ["cat", "--", file])).trim();
    return told === "" ? undefined : told;
  };
}

function pairOf(entry: string): [string, string] {
  const at = entry.indexOf("=");
  return [entry.slice(0, at), entry.slice(at + 1)];
}
