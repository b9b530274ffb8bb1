import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { checkSettingsOf } from "../support/application";
import { runChecks } from "../../checks/run";
import type { CheckSettings } from "../../plan/checks/settings";
import { CheckedSide, checkNamed } from "./checks-fixture";

const TOKEN = "the.issuers.token-of-this-test";

describe("checks of what the edge serves", function () {
  this.timeout(60_000);
  let side: CheckedSide;
  let settings: CheckSettings;

  before(async () => {
    side = await CheckedSide.make();
    settings = checkSettingsOf(`http://127.0.0.1:${side.edge.port}/`);
  });
  beforeEach(() => {
    side.edge.routes.clear();
    side.edge.json("POST /oauth/token", { access_token: TOKEN });
  });
  after(async () => side.remove());

  const look = async (name: string, more: Partial<CheckSettings> = {}) =>
    side.look(name, { settings: { ...settings, ...more } });

  it("reads status, fields and text of an answer", async () => {
    side.edge.json("GET /api/health", { status: "ok", database: "ok" });
    const good = await look("phase-4-backend-database");
    assert.equal(good.outcome, "passed");
    side.edge.json("GET /api/health", { status: "failing", database: "failing" }, 503);
    const status = await look("phase-4-backend-database");
    assert.equal(status.outcome, "failed");
    assert.equal(status.expected, '/api/health 200 with database "ok"');
    assert.match(status.found, /^\/api\/health: 503 instead of 200, \{"status":"failing"/);
    side.edge.json("GET /api/health", { status: "ok", database: "failing" });
    const field = await look("phase-4-backend-database");
    assert.equal(field.found, '/api/health: database is "failing" instead of "ok"');
  });

  it("says what is wrong when nothing answers at all", async () => {
    const wanted = { ports: { http: 1, https: 1, dashboard: 1 } };
    const result = await side.look("phase-4-platform", { settings, wanted });
    assert.equal(result.outcome, "failed");
    assert.match(result.found, /\/api\/platform\/makes: .*ECONNREFUSED/);
    const ports = await side.look("phase-5-edge-ports", { wanted });
    assert.match(ports.found, /^http \(1\): .*ECONNREFUSED/);
    assert.equal((await look("phase-5-edge-ports")).outcome, "passed");
  });

  it("keeps what is told short and without secrets", async () => {
    const body = `password=hunter22 Bearer abcdef ${TOKEN} ${"x".repeat(500)}`;
    side.edge.routes.set("GET /api/platform/makes", () => ({ status: 500, body }));
    const { found } = await look("phase-4-platform");
    assert.equal(found.length, 200);
    assert.doesNotMatch(found, /hunter22|abcdef/);
  });

  it("knows a login by what is refused and what is not", async () => {
    const protectedBy = (accept: (authorization: string | undefined) => number): void => {
      side.edge.routes.set("GET /api/vehicles", ({ headers }) => ({
        status: accept(headers.authorization),
        body: "[]",
      }));
    };
    protectedBy((given) => (given === `Bearer ${TOKEN}` ? 200 : 401));
    assert.equal((await look("phase-4-login")).outcome, "passed");
    protectedBy(() => 200);
    assert.match(
      (await look("phase-4-login")).found,
      /without a token answers 200; .* forged token answers 200/,
    );
    side.edge.json("POST /oauth/token", { error: "no" }, 403);
    assert.match((await look("phase-4-login")).found, /the issuer answers 403 and gives no token/);
  });

  it("looks for the tenant that was configured", async () => {
    side.edge.json("GET /api/tenants", [{ id: "other" }, { id: "default" }]);
    assert.equal((await look("phase-2-tenant-works")).outcome, "passed");
    side.edge.json("GET /api/tenants", [{ id: "other" }]);
    const missing = await look("phase-2-tenant-works");
    assert.equal(missing.found, '/api/tenants lists 1 tenants, not "default"');
    side.edge.routes.delete("GET /api/tenants");
    assert.equal((await look("phase-2-tenant-works")).found, "/api/tenants answers 404");
  });

  it("decodes a VIN, and follows the levels of make, model and year", async () => {
    const decoded = { make: "Honda", model: "Accord", year: 2003 };
    side.edge.json("GET /api/platform/vin/1HGCM82633A004352", decoded);
    assert.equal((await look("phase-8-vin-decode")).outcome, "passed");
    side.edge.json("GET /api/platform/vin/1HGCM82633A004352", { ...decoded, year: 2033 });
    assert.match((await look("phase-8-vin-decode")).found, /year is 2033 instead of 2003/);
    side.edge.json("GET /api/platform/makes", { makes: ["A/B"] });
    side.edge.json("GET /api/platform/makes/A%2FB/models", { models: ["C D"] });
    side.edge.json("GET /api/platform/makes/A%2FB/models/C%20D/years", { years: [1, 2] });
    const levels = await look("phase-8-hierarchy");
    assert.equal(levels.found, "1 makes, 1 models of A/B, 2 years of C D");
    side.edge.json("GET /api/platform/makes/A%2FB/models/C%20D/years", { years: [] });
    assert.match((await look("phase-8-hierarchy")).found, /years has no years$/);
  });

  it("loads the page with everything that it names, each of its type", async () => {
    const html = '<link rel="stylesheet" href="/a.css"><script src="/a.js"></script>';
    side.edge.text("GET /", "text/html; charset=utf-8", html);
    side.edge.text("GET /a.css", "text/css", "a{}");
    side.edge.text("GET /a.js", "application/javascript", "1");
    assert.equal((await look("phase-10-page")).outcome, "passed");
    // As nginx answers for a file that is not there: with the page itself.
    side.edge.text("GET /a.js", "text/html", html);
    side.edge.routes.delete("GET /a.css");
    assert.equal((await look("phase-10-page")).found, "/a.css answers 404; /a.js is text/html");
  });

  it("asks Traefik for its routers and for servers that are down", async () => {
    const router = (rule: string, status = "enabled") => ({
      ...{ name: `${rule}@file`, rule, status, provider: "file" },
    });
    const both = [router("PathPrefix(`/api`)"), router("PathPrefix(`/`)")];
    side.edge.json("GET /api/http/routers", [...both, { provider: "internal", status: "x" }]);
    side.edge.json("GET /api/http/services", [{ name: "s", serverStatus: { "http://a": "UP" } }]);
    assert.equal((await look("phase-5-traefik-routers")).found, "2 routers enabled");
    side.edge.json("GET /api/http/routers", [router("PathPrefix(`/`)", "disabled")]);
    side.edge.json("GET /api/http/services", [{ name: "s", serverStatus: { "http://a": "DOWN" } }]);
    const { found } = await look("phase-5-traefik-routers");
    assert.match(found, /is not enabled; no router with PathPrefix\(`\/api`\)/);
    assert.match(found, /and 1 more/);
  });

  it("reads secrets of the side from its mounts, and never tells them", async () => {
    const secret = randomBytes(12).toString("hex");
    const mount = join(side.host.context.stateDirectory, "mounts", "m1", "app");
    await mkdir(mount, { recursive: true });
    await writeFile(join(mount, "client.txt"), `${secret}\n`);
    let received = "";
    let type: string | undefined;
    side.edge.routes.set("POST /oauth/token", (request, body) => {
      received = body.toString();
      type = request.headers["content-type"];
      return { body: JSON.stringify({ access_token: TOKEN }) };
    });
    side.edge.routes.set("GET /api/tenants", () => ({ body: JSON.stringify([{ id: secret }]) }));
    const login = {
      ...settings.login,
      clientId: "a&b",
      clientSecretFile: "secrets/app/client.txt",
    };
    const wanted = {
      release: { commit: "", tree: "", contexts: {}, mounts: { "secrets/app": "m1" } },
    };
    const given = { ...settings, login, tenant: { path: "/api/tenants", id: secret, field: "id" } };
    const result = await side.look("phase-2-tenant-works", {
      settings: given as CheckSettings,
      wanted,
    });
    assert.equal(result.outcome, "passed");
    assert.equal(type, "application/x-www-form-urlencoded");
    assert.deepEqual(Object.fromEntries(new URLSearchParams(received)), {
      grant_type: "client_credentials",
      client_id: "a&b",
      client_secret: secret,
    });
    assert.equal(result.found, '/api/tenants lists 1 tenants, "<secret>"');
  });

  it("ends a check at its deadline, and waits for what settles within it", async () => {
    side.edge.routes.set("GET /api/platform/makes", () => new Promise(() => undefined));
    const hung = await look("phase-4-platform", { deadlines: { "phase-4-platform": 1 } });
    assert.equal(hung.outcome, "failed");
    assert.ok(hung.seconds >= 1 && hung.seconds < 5, String(hung.seconds));
    let asked = 0;
    side.edge.routes.set("GET /api/platform/makes", () => {
      asked += 1;
      return asked < 3 ? { status: 404 } : { body: '{"makes":["Honda"]}' };
    });
    const results = await run(["phase-4-platform", "phase-6-platform-client"]);
    assert.deepEqual(results, ["passed", "passed"]);
    assert.equal(asked, 3, "both rows ask for the same, which is looked at once");
  });

  it("lists what a person has to look at as manual, never as passed", async () => {
    assert.deepEqual(await run(["phase-9-examples", "full-suite"]), ["manual", "manual"]);
  });

  async function run(names: readonly string[]): Promise<readonly string[]> {
    const place = { topology: side.topology([]), wanted: side.wanted(), since: null };
    const checks = names.map(checkNamed);
    const all = await runChecks(side.host.context, { ...place, checks, settings });
    return all.map(({ outcome }) => outcome);
  }
});
