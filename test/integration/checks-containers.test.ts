import assert from "node:assert/strict";
import type Docker from "dockerode";
import type { DataHost } from "./data-host";
import { count, networks } from "../../checks/containers";
import { waitFor } from "../../host/docker/wait";
import { execute } from "../../host/docker/exec";
import type { ApplicationNames } from "../../plan/application/application";
import type { Network, Service } from "../../plan/application/topology";
import { gate } from "../../plan/checks/check";
import { noCheckSettings } from "../../plan/checks/settings";
import { NAMES } from "../support/application";
import { CheckedSide, checkNamed, service } from "./checks-fixture";

const BACKEND_IMAGE = "backend:1";

const SAYS_ITS_TOKEN = "echo ERROR: $API_TOKEN at $LEVEL; exec sleep infinity";

describe("checks of containers", function () {
  this.timeout(120_000);
  let side: CheckedSide;

  before(async () => {
    side = await CheckedSide.make();
    const { docker, helperImage } = side.host.context;
    await docker.getImage(helperImage).tag({ repo: prefixed("backend"), tag: "1" });
    await Promise.all([
      docker.createNetwork({ Name: prefixed("admin_database"), Internal: true }),
      docker.createNetwork({ Name: prefixed("admin_egress") }),
    ]);
    const listen =
      "exec perl -MIO::Socket::INET -e 'my $s=IO::Socket::INET->new(LocalPort=>5432,Listen=>9)||die;sleep'";
    await Promise.all([
      start("admin-backend", "sleep infinity", prefixed(BACKEND_IMAGE)),
      start("admin-postgres", listen),
      start("admin-redis", "echo ERROR: password=geheim; echo fine; exec sleep infinity"),
    ]);
  });
  after(async () => side.remove());

  it("count only what runs of the earlier topology", async () => {
    const result = await side.look("full-containers-running");
    assert.equal(result.outcome, "failed");
    assert.match(result.found, /^3 running, without traefik, admin-frontend, admin-minio/);
    const services = ["admin-backend", "admin-postgres", "admin-redis"];
    const found = await count(
      { ...scene({ earlierServices: services }), topology: side.topology([]) },
      { ...checkNamed("full-containers-running"), kind: "count" },
      AbortSignal.timeout(10_000),
    );
    assert.deepEqual(found, { passed: true, found: "3 running" });
  });

  it("say which container is missing, has ended or is not healthy", async () => {
    const good = await side.look("phase-2-backend-starts", {
      services: [service("admin-backend")],
    });
    assert.equal(good.found, "1 of 1 running and healthy");
    const ended = await start("admin-minio", "exit 3");
    await ended.wait();
    const all = [service("admin-backend"), service("admin-minio"), service("admin-frontend")];
    const result = await side.look("full-containers-healthy", { services: all });
    assert.equal(result.found, "admin-minio is exited; no container admin-frontend");
    const minio = async (...services: Service[]) =>
      (await side.look("phase-3-minio-running", { services })).found;
    assert.equal(await minio(service("admin-minio")), "admin-minio is exited");
    assert.equal(await minio(), "no container admin-minio");
  });

  it("ask a container's own health check as long as Docker has not looked at it", async () => {
    const neverYet = { Test: ["CMD", "test", "-f", "/tmp/ready"], Interval: 3600e9 };
    const container = await start("platform-redis", "sleep infinity", undefined, {
      Healthcheck: neverYet,
    });
    const services = [service("platform-redis")];
    const look = async () => (await side.look("full-containers-healthy", { services })).found;
    assert.equal(await look(), "platform-redis is starting");
    await execute(container, ["touch", "/tmp/ready"]);
    assert.equal(await look(), "1 of 1 running and healthy");
  });

  it("tell an image that is not there from one that does not run", async () => {
    const look = async (image: string) =>
      side.look("phase-2-backend-builds", {
        services: [service("admin-backend")],
        wanted: { images: { "admin-backend": image } },
      });
    assert.equal((await look(prefixed(BACKEND_IMAGE))).outcome, "passed");
    assert.match((await look(prefixed("backend:2"))).found, /^no image .*backend:2 on this host$/);
    const other = await look(side.host.images.redis);
    assert.match(other.found, /^admin-backend runs on another image than/);
  });

  it("find error lines since a time, by the configured patterns", async () => {
    const services = [service("admin-redis")];
    const found = await side.look("phase-1-logs", { services });
    assert.equal(found.found, "1 line, first in admin-redis: ERROR: password=<hidden>");
    const logs = { ...noCheckSettings.logs, ignore: ["geheim"] };
    const ignored = await side.look("phase-1-logs", { services, settings: { logs } });
    assert.equal(ignored.outcome, "passed");
    const since = await dockerTime(side.host);
    const later = await side.look("phase-1-logs", { services, since });
    assert.equal(later.outcome, "passed");
  });

  it("tell nothing that a container was given from a variable", async () => {
    const definition = { environment: { API_TOKEN: "sealed:one", LEVEL: "info" } };
    const services = [service("platform-postgres", { definition })];
    const wanted = { topology: side.topology(services) };
    const said = await start("platform-postgres", SAYS_ITS_TOKEN, undefined, {
      Env: ["API_TOKEN=open-sesame", "LEVEL=information"],
    });
    await waitFor(
      async () => {
        const log = await said.logs({ stdout: true });
        return log.length > 0
          ? { done: true, value: null }
          : { done: false, state: "it has said nothing" };
      },
      { deadlineMs: 30_000, message: "the container to say something" },
    );
    const found = await side.look("phase-1-logs", { services, wanted });
    assert.equal(found.found, "1 line, first in platform-postgres: ERROR: <secret> at information");
    await said.remove({ force: true });
  });

  it("connect from inside a container's network namespace, by name", async () => {
    const needed = ["admin-postgres", "admin-redis"];
    const users = (dependsOn: readonly string[]) => [
      service("admin-backend", { dependsOn }),
      ...needed.map((name) => service(name)),
    ];
    const good = await side.look("phase-5-services-reach", { services: users(["admin-postgres"]) });
    assert.equal(good.found, "1 connections of 1 services");
    const bad = await side.look("phase-5-services-reach", { services: users(needed) });
    assert.equal(bad.found, "admin-backend does not reach admin-redis:6379");
    const helpers = { filters: { label: ["motovaultpro.helper=check"] }, all: true };
    const left = await side.host.context.docker.listContainers(helpers);
    assert.deepEqual(
      left.filter(({ State }) => State === "exited"),
      [],
    );
  });

  it("know networks by name, by being closed, and by who is on them", async () => {
    const network = (name: string, internal: boolean): Network => ({
      ...{ name, dockerName: prefixed(name), internal, definition: {} },
    });
    const wanted = [network("admin_database", true)];
    const look = async (known: readonly Network[], services = [service("admin-backend")]) =>
      networks(
        { ...scene(), topology: { ...side.topology(services), networks: known } },
        { ...checkNamed("phase-5-networks"), kind: "networks" },
        AbortSignal.timeout(10_000),
      );
    assert.equal((await look(wanted)).passed, true);
    const both = [network("admin_egress", true), network("admin_platform", true)];
    assert.equal(
      (await look(both)).found,
      `${prefixed("admin_egress")} is not internal; ${prefixed("admin_platform")} is missing`,
    );
    const networksOfIt = [{ name: "admin_egress", aliases: [] }];
    const away = [service("admin-backend", { networks: networksOfIt })];
    const apart = await look([network("admin_egress", false)], away);
    assert.equal(apart.found, `admin-backend is not on ${prefixed("admin_egress")}`);
  });

  it("run programs in a container, without a shell", async () => {
    const services = [service("admin-redis"), service("admin-backend")];
    const argv = ["echo", "$HOME; PONG"];
    const command = gate(ABOUT, { kind: "command", service: "cache", argv, says: "$HOME; PONG" });
    assert.equal((await side.look(command, { services })).outcome, "passed");
    const real = await side.look("phase-4-redis-answers", { services });
    assert.match(real.found, /redis-cli/);
    const tests = async (program: string) =>
      side.look("phase-2-tests", { services, settings: { tests: { backend: [program] } } });
    assert.equal((await tests("true")).outcome, "passed");
    assert.match((await tests("false")).found, /"false" in the container ended with 1/);
  });

  const ABOUT = { phase: 1, row: "row", name: "phase-1-of-a-test" } as const;

  function scene(names: Partial<ApplicationNames> = {}) {
    const context = { ...side.host.context, application: { ...NAMES, ...names } };
    const rest = { settings: noCheckSettings, since: null, earlierCommit: null };
    return { context, wanted: side.wanted(), ...rest, token: () => Promise.resolve("") };
  }

  function prefixed(name: string): string {
    return side.host.named(name);
  }

  async function start(
    name: string,
    script: string,
    image?: string,
    more: Docker.ContainerCreateOptions = {},
  ): Promise<Docker.Container> {
    const { docker, helperImage } = side.host.context;
    const network = prefixed("admin_database");
    const container = await docker.createContainer({
      name: prefixed(name),
      Image: image ?? helperImage,
      Entrypoint: ["/bin/bash", "-c", script],
      Labels: side.host.labels(name),
      ...more,
      HostConfig: { NetworkMode: network },
      NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: [name] } } },
    });
    await container.start();
    return container;
  }
});

/** What time it is for Docker: logs are compared with its clock. */
async function dockerTime({ context }: DataHost): Promise<string> {
  const { SystemTime } = (await context.docker.info()) as { readonly SystemTime: string };
  return SystemTime;
}
