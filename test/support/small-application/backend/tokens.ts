import { createPublicKey, type JsonWebKey, type KeyObject, verify } from "node:crypto";
import type { Configuration } from "./configuration";

interface Claims {
  readonly iss?: string;
  readonly aud?: string;
  readonly exp?: number;
}

/** Says whether a request's Authorization header holds a token of our issuer that is good now. */
export function tokenCheck(
  configuration: Configuration,
): (authorization: string) => Promise<boolean> {
  const { issuer, audience } = configuration;
  const keys = new Map<string, KeyObject>();
  return async (authorization) => {
    const [, header, payload, signature] =
      /^Bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(authorization) ?? [];
    if (header === undefined || payload === undefined || signature === undefined) return false;
    const { kid } = partOf(header) as { kid?: string };
    if (kid === undefined) return false;
    if (!keys.has(kid)) await readKeys(issuer, keys);
    const key = keys.get(kid);
    if (key === undefined) return false;
    const signed = Buffer.from(`${header}.${payload}`);
    if (!verify("RSA-SHA256", signed, key, Buffer.from(signature, "base64url"))) return false;
    const { iss, aud, exp = 0 } = partOf(payload) as Claims;
    return iss === issuer && aud === audience && exp * 1000 > Date.now();
  };
}

function partOf(text: string): unknown {
  return JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
}

async function readKeys(issuer: string, keys: Map<string, KeyObject>): Promise<void> {
  const url = new URL("/.well-known/jwks.json", issuer);
  const response = await fetch(url, { signal: AbortSignal.timeout(3_000) });
  const set = (await response.json()) as { keys: (JsonWebKey & { kid: string })[] };
  for (const key of set.keys) keys.set(key.kid, createPublicKey({ key, format: "jwk" }));
}
