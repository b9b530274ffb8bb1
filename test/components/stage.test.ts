import assert from "node:assert/strict";
import type * as pulumi from "@pulumi/pulumi";
import { edgeOf } from "../../plan/application/topologies";
import { NAMES, topologyOfStack } from "../support/application";
import { Cutover } from "../../components/cutover";
import { Images } from "../../components/images";
import { Preparation } from "../../components/preparation";
import { Stage } from "../../components/stage";
import { Volumes } from "../../components/volumes";
import { noCheckSettings } from "../../plan/checks/settings";
import { STACK_NAMES, type StackName } from "../../plan/application/topology";
import type { ChangeRequest } from "../../plan/model/wanted";
import { ModelHost } from "../support/model-host";
import { type RecordingMocks, recordResources, valueOf } from "../support/pulumi-mocks";

const CONTEXT = {
  repository: "/srv/motovaultpro",
  stateDirectory: "/var/lib/motovaultpro-rollback",
  compose: { files: ["docker-compose.yml"], profiles: [] },
  helperImage: "postgres:15",
  application: NAMES,
};

const EXPECTED = {
  "pre-simplification": { containers: 14, networks: 5, volumes: 7, images: 9 },
  simplified: { containers: 6, networks: 3, volumes: 2, images: 6 },
} as const;

/** An image of every kind that is not on the host: what is pulled has no build either way. */
const BACKEND = {
  "pre-simplification": imageOf("pre-simplification", "admin-backend"),
  simplified: imageOf("simplified", "mvp-backend"),
} as const;
const MISSING = {
  "pre-simplification": [
    BACKEND["pre-simplification"],
    imageOf("pre-simplification", "admin-minio"),
  ],
  simplified: [BACKEND.simplified, imageOf("simplified", "mvp-redis")],
} as const;

for (const stack of STACK_NAMES) {
  describe(`the staged topology of "${stack}"`, () => {
    let mocks: RecordingMocks;
    let stage: Stage;

    before(async () => {
      mocks = await recordResources(stack);
      const { wanted } = requestFor(stack);
      const images = new Images("images", {
        wanted,
        contexts: `${CONTEXT.stateDirectory}/contexts`,
        texts: {},
        missing: MISSING[stack],
        after: [],
      });
      stage = new Stage("stage", {
        context: CONTEXT,
        wanted,
        images,
        texts: {},
        after: images.done,
      });
      await Promise.all(stage.done.map(({ urn }) => valueOf(urn)));
    });

    it("has exactly the document's containers and networks, under their names", () => {
      const expected = EXPECTED[stack];
      assert.equal(mocks.ofType("docker:index/container:Container").length, expected.containers);
      assert.equal(mocks.ofType("docker:index/network:Network").length, expected.networks);
      assert.equal(mocks.ofType("docker:index/volume:Volume").length, expected.volumes);
      const names = mocks
        .ofType("docker:index/container:Container")
        .map(({ inputs }) => inputs.name);
      const services = topologyOfStack(stack).services.map(({ name }) => name);
      assert.deepEqual(names.sort(), services.sort());
    });

    it("starts everything but the edge and what works on its own, and waits for nothing", () => {
      for (const { name, inputs } of mocks.ofType("docker:index/container:Container")) {
        const service = topologyOfStack(stack).services.find(
          ({ name: own }) => `stage-containers-${own}` === name,
        );
        assert.ok(service);
        assert.equal(inputs.wait, false, name);
        assert.equal(inputs.start, service.startPolicy === "ordinary" ? undefined : false, name);
        assert.equal(inputs.mustRun, service.startPolicy === "ordinary" ? undefined : false, name);
        assert.equal(inputs.destroyGraceSeconds, service.stopSeconds, name);
      }
    });

    it("publishes host ports on the edge alone", () => {
      const published = mocks
        .ofType("docker:index/container:Container")
        .filter(({ inputs }) => (inputs.ports as unknown[]).length > 0)
        .map(({ inputs }) => inputs.name);
      assert.deepEqual(published, [edgeOf(topologyOfStack(stack)).containerName]);
    });

    it("labels containers with stack and service, never with a number or a tree", () => {
      for (const { inputs } of mocks.ofType("docker:index/container:Container")) {
        const labels = inputs.labels as { label: string; value: string }[];
        const names = labels.map(({ label }) => label);
        const own = names.filter((name) => !name.startsWith("com.docker.compose."));
        assert.deepEqual(own, ["motovaultpro.stack", "motovaultpro.service"]);
        assert.equal(names.length, own.length + 7);
        assert.equal(labels.find(({ label }) => label === own[0])?.value, stack);
      }
    });

    it("keeps images, and names no input of a volume but its name", () => {
      for (const { inputs } of mocks.ofType("docker:index/remoteImage:RemoteImage")) {
        assert.equal(inputs.keepLocally, true);
      }
      for (const { inputs } of mocks.ofType("docker:index/volume:Volume")) {
        assert.deepEqual(
          Object.keys(inputs).filter((key) => inputs[key] !== undefined),
          ["name"],
        );
      }
    });

    it("builds only what is missing, and names each image by its reference", () => {
      const images = mocks.ofType("docker:index/remoteImage:RemoteImage");
      assert.equal(images.length, EXPECTED[stack].images);
      const built = images.filter(({ inputs }) => inputs.build !== undefined);
      assert.deepEqual(
        built.map(({ inputs }) => [inputs.name, inputs.build]),
        [
          [
            BACKEND[stack],
            {
              context: contextOf(stack),
              dockerfile: "Dockerfile",
              buildArgs: { NODE_IMAGE: "node:20-bookworm-slim" },
            },
          ],
        ],
      );
      for (const { name, inputs } of images) {
        assert.equal(name, `images-${String(inputs.name).replaceAll(/[:/]/g, "-")}`);
      }
    });

    it("puts every resource under the component that makes it", async () => {
      for (const container of stage.done) {
        assert.match(await valueOf(container.urn), /::motovaultpro:rollback:Containers\$docker:/);
      }
    });
  });
}

describe("the order of the steps", () => {
  it("passes on what a step waited for when it has nothing to do", async () => {
    await recordResources("pre-simplification");
    const preparation = new Preparation("preparation", {
      takeOver: false,
      context: CONTEXT,
      request: requestFor("pre-simplification"),
      checks: noCheckSettings,
    });
    const volumes = new Volumes("volume", {
      context: CONTEXT,
      bucket: "documents",
      objectStoreImage: "minio",
      trustMtime: false,
      wanted: { topology: topologyOfStack("simplified"), volumes: {} },
      after: preparation.done,
    });
    assert.deepEqual(volumes.done, preparation.done);
  });

  it("runs one command per volume, triggered by its source and the number that chose it, and by nothing else", async () => {
    const mocks = await recordResources("pre-simplification");
    const [volume] = topologyOfStack("pre-simplification").volumes;
    assert.ok(volume);
    const chosen = { source: "backup:b1", number: 4 };
    const volumes = new Volumes("volume", {
      context: CONTEXT,
      bucket: "documents",
      objectStoreImage: "minio",
      trustMtime: false,
      wanted: {
        topology: topologyOfStack("pre-simplification"),
        volumes: { [volume.name]: chosen },
      },
      after: [],
    });
    await Promise.all(volumes.done.map((resource: pulumi.Resource) => valueOf(resource.urn)));
    const [command] = mocks.ofType("command:local:Command");
    assert.ok(command);
    assert.deepEqual(command.inputs.triggers, ["backup:b1", 4]);
    assert.equal(command.inputs.create, "volume");
    assert.equal(command.inputs.update, "repeat");
    assert.equal(command.inputs.delete, undefined);
    assert.deepEqual(command.inputs.interpreter, ["node", "bin/rollback.js", "run"]);
    assert.deepEqual(JSON.parse(command.inputs.stdin as string), {
      context: CONTEXT,
      volume,
      chosen,
      bucket: "documents",
      objectStoreImage: "minio",
      trustMtime: false,
    });
  });
});

describe("the cutover", () => {
  it("is told how to validate and what may fail, and runs again for its number and its edge alone", async () => {
    const mocks = await recordResources("pre-simplification");
    const request = requestFor("pre-simplification");
    const rest = {
      bucket: "documents",
      contacts: {},
      checks: noCheckSettings,
      accept: ["full-api"],
    };
    const cutover = new Cutover("cutover", {
      context: CONTEXT,
      request,
      ...rest,
      edgeId: "edge-1",
      after: [],
    });
    await Promise.all(cutover.done.map(({ urn }) => valueOf(urn)));
    const [command] = mocks.ofType("command:local:Command");
    assert.deepEqual(command?.inputs.triggers, [1, "edge-1"]);
    assert.equal(command.inputs.update, "repeat");
    const sent = JSON.parse(command.inputs.stdin as string) as object;
    assert.deepEqual(sent, { context: CONTEXT, number: 1, ...rest });
  });
});

describe("what a verb is sent", () => {
  it("is word for word the same when a record gives the request back with its keys in another order", async () => {
    const request = requestFor("pre-simplification");
    const reordered = Object.fromEntries(Object.entries(request).reverse()) as typeof request;
    assert.notEqual(JSON.stringify(reordered), JSON.stringify(request));
    const [one, other] = [await stdinOfBegin(request), await stdinOfBegin(reordered)];
    assert.equal(one, other);
  });
});

async function stdinOfBegin(request: ChangeRequest): Promise<unknown> {
  const mocks = await recordResources("pre-simplification");
  const preparation = new Preparation("preparation", {
    takeOver: false,
    context: CONTEXT,
    request,
    checks: noCheckSettings,
  });
  await Promise.all(preparation.done.map(({ urn }) => valueOf(urn)));
  return mocks.ofType("command:local:Command").find(({ name }) => name === "preparation-begin")
    ?.inputs.stdin;
}

function imageOf(stack: StackName, service: string): string {
  const reference = requestFor(stack).wanted.images[service];
  assert.ok(reference);
  return reference;
}

function contextOf(stack: StackName): string {
  const tree = requestFor(stack).wanted.release.contexts.backend;
  assert.ok(tree);
  return `${CONTEXT.stateDirectory}/contexts/${tree}`;
}

function requestFor(stack: StackName): ChangeRequest {
  const plan = new ModelHost().plan(stack);
  assert.ok(plan.ok);
  return plan.request;
}
