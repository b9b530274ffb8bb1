import { readFile } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import type { CheckSettings } from "../plan/checks/settings";
import type { Wanted } from "../plan/model/wanted";
import type { HostContext } from "../host/context";
import { statePath } from "../host/state-directory";
import { required } from "./endpoints";
import { ask } from "../host/http";
import { askEdge, askWithToken, fieldOf, jsonOf } from "./http";
import { findingOf, type Runner } from "./scene";

/** Right shape, nobody's signature: a backend that takes it looks at none. */
const FORGED = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJyb2xsYmFjay1jaGVjayJ9.Zm9yZ2Vk";
const TOKEN_DEADLINE_MS = 15_000;

/** The protected path is refused without a token and with a forged one, and answers with one that the issuer gives. */
export const login: Runner<"login"> = async (scene, _check, signal) => {
  const path = required(scene.settings.login).protected;
  const forged = { headers: { authorization: `Bearer ${FORGED}` } };
  const without = await askEdge(scene, path, signal);
  const wrong = await askEdge(scene, path, signal, forged);
  const right = await askWithToken(scene, path, signal);
  const problems = [
    ...(without.status === 401 ? [] : [`${path} without a token answers ${without.status}`]),
    ...([401, 403].includes(wrong.status)
      ? []
      : [`${path} with a forged token answers ${wrong.status}`]),
    ...(right.status === 200 ? [] : [`${path} with a token answers ${right.status}`]),
  ];
  return findingOf(
    problems,
    `${path}: 401 without, ${wrong.status} with a forged token, 200 with one`,
  );
};

/**
 * Gives the same token to everyone who asks, and asks the issuer once (document: phase 4, Auth0 integration). The client's secret
 * comes from a file and goes to the issuer only.
 */
export function tokenSource(
  context: HostContext,
  wanted: Wanted,
  settings: CheckSettings,
): () => Promise<string> {
  let asked: Promise<string> | undefined;
  return () => {
    asked ??= fetchToken(context, wanted, settings).catch((error: unknown) => {
      // The next one who asks tries again.
      asked = undefined;
      throw error;
    });
    return asked;
  };
}

async function fetchToken(
  context: HostContext,
  wanted: Wanted,
  settings: CheckSettings,
): Promise<string> {
  const { tokenUrl, clientId, audience, clientSecretFile } = required(settings.login);
  const form = new URLSearchParams({ grant_type: "client_credentials" });
  if (clientId !== undefined) form.set("client_id", clientId);
  if (audience !== undefined) form.set("audience", audience);
  if (clientSecretFile !== undefined) {
    const secret = await readReleaseFile(context, wanted, clientSecretFile);
    form.set("client_secret", secret.trim());
  }
  const answer = await ask(tokenUrl, AbortSignal.timeout(TOKEN_DEADLINE_MS), {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: Buffer.from(form.toString()),
  });
  const token = answer.status === 200 ? fieldOf(jsonOf(answer), "access_token") : undefined;
  if (typeof token === "string") return token;
  throw new Error(`the issuer answers ${answer.status} and gives no token`);
}

/** A file as the side's containers have it mounted, else the repository's. */
async function readReleaseFile(
  context: HostContext,
  wanted: Wanted,
  file: string,
): Promise<string> {
  for (const [path, id] of Object.entries(wanted.release.mounts)) {
    const below = relative(path, file);
    if (below.startsWith("..")) continue;
    const mounted = join(statePath.mount(context, id), basename(path), below);
    const text = await readFile(mounted, "utf8").catch(() => null);
    if (text !== null) return text;
  }
  return readFile(join(context.repository, file), "utf8");
}
