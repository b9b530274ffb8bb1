// Probes the running application through its edge: writes, reads back and compares.
// EDGE_URL and ISSUER_URL say where; the arguments are the checks to make. Exit code 1 if one fails.
import { createHash, randomBytes } from "node:crypto";

const edge = process.env.EDGE_URL ?? "http://localhost";
const issuer = process.env.ISSUER_URL ?? "http://localhost:4000";
const audience = process.env.AUDIENCE ?? "https://api.motovaultpro.com";

async function request(method, url, { token, json, bytes, form } = {}) {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  if (json !== undefined) headers["content-type"] = "application/json";
  if (bytes !== undefined) headers["content-type"] = "application/octet-stream";
  // A form tells its own type.
  const body = json === undefined ? (bytes ?? form) : JSON.stringify(json);
  const signal = AbortSignal.timeout(10_000);
  const response = await fetch(url, { method, headers, body, signal });
  const content = Buffer.from(await response.arrayBuffer());
  if (!response.ok) throw new Error(`${method} ${new URL(url).pathname}: ${response.status}`);
  return content;
}

const requestJson = async (...parameters) => JSON.parse(await request(...parameters));

function expect(condition, message) {
  if (!condition) throw new Error(message);
}

/** Reference data may still be loading: asks again until it is there. */
async function eventually(attempt, milliseconds = 20_000) {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

const checks = {
  async health() {
    const { status } = await requestJson("GET", `${edge}/api/health`);
    expect(status === "ok", `health says ${status}`);
  },
  async frontend() {
    const page = await request("GET", `${edge}/`);
    expect(page.includes("MotoVaultPro"), "the page is not MotoVaultPro's");
  },
  async vehicles(token) {
    const vehicle = { vin: "1HGCM82633A004352", make: "Honda", model: "Accord", year: 2003 };
    const { id } = await requestJson("POST", `${edge}/api/vehicles`, { token, json: vehicle });
    const read = await requestJson("GET", `${edge}/api/vehicles/${id}`, { token });
    expect(read.vin === vehicle.vin, "the vehicle read is not the one written");
  },
  async documents(token) {
    const bytes = randomBytes(20_000);
    const url = `${edge}/api/documents`;
    const { id, sha256 } = await requestJson("POST", `${url}?name=probe.bin`, { token, bytes });
    const read = await request("GET", `${url}/${id}/content`, { token });
    const digest = createHash("sha256").update(read).digest("hex");
    expect(digest === sha256 && read.equals(bytes), "the document read is not the one written");
  },
  async session(token) {
    const json = { key: `probe-${randomBytes(4).toString("hex")}`, value: { page: "garage" } };
    await request("PUT", `${edge}/api/session`, { token, json });
    const read = await requestJson("GET", `${edge}/api/session/${json.key}`, { token });
    expect(read.value.page === "garage", "the session value read is not the one written");
  },
  async platform() {
    await eventually(async () => {
      const { makes } = await requestJson("GET", `${edge}/api/platform/makes`);
      expect(makes.includes("Honda"), "the makes are not loaded");
    });
    const decoded = await requestJson("GET", `${edge}/api/platform/vin/1HGCM82633A004352`);
    expect(decoded.model === "Accord" && decoded.year === 2003, "the VIN is decoded wrongly");
  },
  async tenants(token) {
    const own = await requestJson("GET", `${edge}/api/tenants`, { token });
    const platform = await requestJson("GET", `${edge}/tenants`);
    for (const list of [own, platform]) {
      expect(list.some(({ id }) => id === "default"), "the default tenant is missing");
    }
  },
  async landing() {
    const page = await request("GET", `${edge}/landing`);
    expect(page.includes("MotoVaultPro"), "the landing page is missing");
  },
};

async function token() {
  const grant = { grant_type: "client_credentials", client_id: "probe", audience };
  const form = new URLSearchParams(grant);
  return (await requestJson("POST", `${issuer}/oauth/token`, { form })).access_token;
}

const bearer = await token();
let failed = 0;
for (const name of process.argv.slice(2)) {
  try {
    await checks[name](bearer);
    console.log(`ok      ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`failed  ${name}: ${error.message}`);
  }
}
process.exitCode = failed === 0 ? 0 : 1;
