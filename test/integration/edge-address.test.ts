import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readEnvironment } from "../../demo/environment";
import { freePorts } from "../../demo/ports";
import { proveServing, serves } from "../../change/edge/probe";
import type { Edge, EdgeProbe } from "../../plan/application/edge-address";
import { DataHost } from "./data-host";

const HOST = "app.example.org";

/** Answers for one host name alone, over HTTP and, with a certificate of its own making, over HTTPS. */
const CONFIGURATION = {
  entryPoints: { web: { address: ":80" }, websecure: { address: ":443", http: { tls: {} } } },
  ping: { manualRouting: true },
  providers: { file: { filename: "/etc/traefik/dynamic.json" } },
};
const ROUTES = {
  http: {
    routers: {
      health: {
        rule: `Host(\`${HOST}\`) && Path(\`/api/health\`)`,
        entryPoints: ["web", "websecure"],
        service: "ping@internal",
      },
    },
  },
};

describe("the address of an edge", function () {
  this.timeout("1m");
  let host: DataHost;
  let folder: string;
  let edge: Edge;

  const PROBE: EdgeProbe = {
    path: "/api/health",
    hosts: { simplified: HOST },
    tls: "unverified",
    contains: "OK",
  };
  const at = (probe: Partial<EdgeProbe>) => {
    const { context } = host;
    const application = { ...context.application, probe: { ...PROBE, ...probe } };
    return { ...context, application };
  };

  before(async () => {
    host = await DataHost.make();
    folder = await mkdtemp(join(tmpdir(), "edge-"));
    // JSON is YAML.
    await writeFile(join(folder, "traefik.yml"), JSON.stringify(CONFIGURATION));
    await writeFile(join(folder, "dynamic.json"), JSON.stringify(ROUTES));
    const [http = 0, https = 0] = await freePorts(2);
    edge = { stack: "simplified", ports: { http, https } };
    const { images } = await readEnvironment();
    const container = await host.context.docker.createContainer({
      name: host.named("edge"),
      Image: images.traefik ?? "",
      ExposedPorts: { "80/tcp": {}, "443/tcp": {} },
      HostConfig: {
        Binds: [`${folder}:/etc/traefik:ro`],
        PortBindings: {
          "80/tcp": [{ HostIp: "127.0.0.1", HostPort: String(http) }],
          "443/tcp": [{ HostIp: "127.0.0.1", HostPort: String(https) }],
        },
      },
    });
    await container.start();
    await proveServing(at({}), edge);
  });
  after(async () => {
    await host.remove();
    await rm(folder, { recursive: true, force: true });
  });

  it("is asked by the side's name, with or without TLS", async () => {
    assert.equal(await serves(at({ tls: undefined }), edge), true);
    assert.equal(await serves(at({ hosts: {} }), edge), false);
    assert.equal(await serves(at({ hosts: { "pre-simplification": HOST } }), edge), false);
  });

  it("has a certificate that is valid for that name where it has to be", async () => {
    assert.equal(await serves(at({}), edge), true);
    assert.equal(await serves(at({ tls: "verified" }), edge), false);
  });

  it("serves only what has the expected content", async () => {
    assert.equal(await serves(at({ contains: undefined }), edge), true);
    assert.equal(await serves(at({ contains: "somebody else's page" }), edge), false);
  });
});
