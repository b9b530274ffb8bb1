// A small OIDC issuer, the demo's stand-in for Auth0: discovery, keys and client-credentials tokens (RS256).
// ISSUER is what tokens name; the key is kept in KEY_FOLDER where one is given, so tokens outlive a restart.
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
} from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

const port = Number(process.env.PORT ?? 4000);
const issuer = process.env.ISSUER ?? `http://localhost:${port}/`;
const defaultAudience = process.env.AUDIENCE ?? "https://api.motovaultpro.com";
const defaultLifetimeSeconds = 24 * 60 * 60;
const largestBody = 64 * 1024;

const privateKey = loadKey(process.env.KEY_FOLDER);
const { n, e } = createPublicKey(privateKey).export({ format: "jwk" });
const keyId = createHash("sha256").update(n).digest("base64url").slice(0, 16);
const publicKey = { kty: "RSA", use: "sig", alg: "RS256", kid: keyId, n, e };

function loadKey(folder) {
  const file = folder === undefined ? undefined : join(folder, "issuer-key.pem");
  if (file !== undefined && existsSync(file)) return createPrivateKey(readFileSync(file));
  const key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  if (file !== undefined) {
    writeFileSync(`${file}.part`, key.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
    renameSync(`${file}.part`, file);
  }
  return key;
}

function token({ client_id: client = "demo", audience = defaultAudience, expires_in: lifetime }) {
  const now = Math.floor(Date.now() / 1000);
  const seconds = lifetime === undefined ? defaultLifetimeSeconds : Number(lifetime);
  const header = { alg: "RS256", typ: "JWT", kid: keyId };
  const claims = {
    iss: issuer,
    sub: `${client}@clients`,
    aud: audience,
    iat: now,
    exp: now + seconds,
  };
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part(header)}.${part(claims)}`;
  const signature = sign("RSA-SHA256", Buffer.from(signed), privateKey).toString("base64url");
  return { access_token: `${signed}.${signature}`, token_type: "Bearer", expires_in: seconds };
}

/** The form that OAuth asks for: RFC 6749, section 4.4.2. */
async function readForm(request) {
  let body = "";
  for await (const chunk of request) {
    body += chunk;
    if (body.length > largestBody) throw new Error("too large");
  }
  return Object.fromEntries(new URLSearchParams(body));
}

const url = (path) => new URL(path, issuer).href;
const routes = {
  "GET /health": () => ({ status: "ok" }),
  "GET /.well-known/openid-configuration": () => ({
    issuer,
    jwks_uri: url("/.well-known/jwks.json"),
    token_endpoint: url("/oauth/token"),
    grant_types_supported: ["client_credentials"],
    id_token_signing_alg_values_supported: ["RS256"],
  }),
  "GET /.well-known/jwks.json": () => ({ keys: [publicKey] }),
  "POST /oauth/token": async (request) => token(await readForm(request)),
};

const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, "http://localhost");
  const route = routes[`${request.method} ${pathname}`];
  const answer = (status, body) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  };
  if (route === undefined) return answer(404, { error: "not_found" });
  try {
    answer(200, await route(request));
  } catch {
    answer(400, { error: "invalid_request" });
  }
});

for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => process.exit(0));
server.listen(port, () => console.log(`issuer ${issuer} listens on ${port}`));
