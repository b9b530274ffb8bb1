import assert from "node:assert/strict";
import type * as pulumi from "@pulumi/pulumi";
import { Preparation } from "../../components/preparation";
import { Stage } from "../../components/stage";
import { Volumes } from "../../components/volumes";
import { edgeOf, topologyOfStack } from "../../plan/topologies";
import { STACK_NAMES, type StackName } from "../../plan/topology";
import type { ChangeRequest } from "../../plan/wanted";
import { ModelHost } from "../support/model-host";
import { type RecordingMocks, recordResources, valueOf } from "../support/pulumi-mocks";

const CONTEXT = {
  repository: "/srv/motovaultpro",
  stateDirectory: "/var/lib/motovaultpro-rollback",
  namePrefix: "try-",
  helperImage: "postgres:15",
};

const EXPECTED = {
  "pre-simplification": { containers: 14, networks: 5, volumes: 7, images: 9 },
  simplified: { containers: 6, networks: 3, volumes: 2, images: 6 },
} as const;

for (const stack of STACK_NAMES) {
  describe(`the staged topology of "${stack}"`, () => {
    let mocks: RecordingMocks;
    let stage: Stage;

    before(async () => {
      mocks = await recordResources(stack);
      stage = new Stage("stage", {
        context: CONTEXT,
        wanted: requestFor(stack).wanted,
        buildArguments: { NODE_IMAGE: "node" },
        after: [],
      });
      await Promise.all(stage.done.map(({ urn }) => valueOf(urn)));
    });

    it("has exactly the document's containers and networks, named with the prefix", () => {
      const expected = EXPECTED[stack];
      assert.equal(mocks.ofType("docker:index/container:Container").length, expected.containers);
      assert.equal(mocks.ofType("docker:index/network:Network").length, expected.networks);
      assert.equal(mocks.ofType("docker:index/volume:Volume").length, expected.volumes);
      const names = mocks
        .ofType("docker:index/container:Container")
        .map(({ inputs }) => inputs.name);
      const services = topologyOfStack(stack).services.map(({ name }) => `try-${name}`);
      assert.deepEqual(names.sort(), services.sort());
    });

    it("starts everything but the edge and what works on its own, and waits for nothing", () => {
      for (const { name, inputs } of mocks.ofType("docker:index/container:Container")) {
        const service = topologyOfStack(stack).services.find(
          ({ name: own }) => `stage-containers-${own}` === name,
        );
        assert.ok(service);
        assert.equal(inputs.wait, false, name);
        assert.equal(inputs.start, service.role === "ordinary" ? undefined : false, name);
        assert.equal(inputs.mustRun, service.role === "ordinary" ? undefined : false, name);
        assert.equal(inputs.destroyGraceSeconds, service.stopSeconds, name);
      }
    });

    it("publishes host ports on the edge alone", () => {
      const published = mocks
        .ofType("docker:index/container:Container")
        .filter(({ inputs }) => (inputs.ports as unknown[]).length > 0)
        .map(({ inputs }) => inputs.name);
      assert.deepEqual(published, [`try-${edgeOf(topologyOfStack(stack)).name}`]);
    });

    it("labels containers with stack and service, never with a number or a tree", () => {
      for (const { inputs } of mocks.ofType("docker:index/container:Container")) {
        const labels = inputs.labels as { label: string; value: string }[];
        assert.deepEqual(
          labels.map(({ label }) => label),
          ["motovaultpro.stack", "motovaultpro.service"],
        );
        assert.equal(labels[0]?.value, stack);
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
      context: CONTEXT,
      request: requestFor("pre-simplification"),
    });
    const volumes = new Volumes("volume", {
      context: CONTEXT,
      minioImage: "minio",
      trustMtime: false,
      wanted: { volumes: {} },
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
      minioImage: "minio",
      trustMtime: false,
      wanted: { volumes: { [volume.name]: chosen } },
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
      minioImage: "minio",
      trustMtime: false,
    });
  });

  it("sends the same words for a request that was read back with its keys in another order", async () => {
    const mocks = await recordResources("pre-simplification");
    const request = requestFor("pre-simplification");
    const reversed = Object.fromEntries(Object.entries(request).reverse()) as unknown;
    for (const [name, one] of Object.entries({
      first: request,
      again: reversed as ChangeRequest,
    })) {
      const { done } = new Preparation(name, { context: CONTEXT, request: one });
      await Promise.all(done.map(({ urn }) => valueOf(urn)));
    }
    const [first, again] = mocks
      .ofType("command:local:Command")
      .filter(({ inputs }) => inputs.create === "begin");
    assert.ok(first && again);
    assert.equal(first.inputs.stdin, again.inputs.stdin);
  });
});

function requestFor(stack: StackName): ChangeRequest {
  const plan = new ModelHost().plan(stack);
  assert.ok(plan.ok);
  return plan.request;
}
