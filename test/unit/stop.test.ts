import assert from "node:assert/strict";
import type { HostContext } from "../../host/context";
import { stopContainers } from "../../host/docker/stop";

/** Answers of Docker's API, by the container. */
interface Answers {
  readonly stop?: number;
  readonly start?: number;
}

describe("stopping containers", () => {
  it("returns how to start those that ran, and no other", async () => {
    const { context, started } = host({ a: {}, b: { stop: 304 }, c: { stop: 404 } });
    const resume = await stopContainers(context, [{ id: "a" }, { id: "b" }, { id: "c" }]);
    assert.deepEqual(started, []);
    await resume();
    assert.deepEqual(started, ["a"]);
  });

  it("starts what it had stopped where one cannot be stopped", async () => {
    const { context, started } = host({ a: {}, b: { stop: 500 } });
    await assert.rejects(stopContainers(context, [{ id: "a" }, { id: "b" }]), /^Error: stop b$/);
    assert.deepEqual(started, ["a"]);
  });

  it("tells both errors where that fails too, the first one first", async () => {
    const { context } = host({ a: { start: 500 }, b: { stop: 500 } });
    await assert.rejects(
      stopContainers(context, [{ id: "a" }, { id: "b" }]),
      /stop b; and what had been stopped could not be started again: Error: start a$/,
    );
  });

  it("takes one that runs already for started", async () => {
    const { context } = host({ a: { start: 304 } });
    await (
      await stopContainers(context, [{ id: "a" }])
    )();
  });
});

function host(containers: Readonly<Record<string, Answers>>) {
  const started: string[] = [];
  const answer = (what: string, statusCode: number | undefined): Promise<void> =>
    statusCode === undefined
      ? Promise.resolve()
      : Promise.reject(Object.assign(new Error(what), { statusCode }));
  const getContainer = (id: string) => ({
    stop: () => answer(`stop ${id}`, containers[id]?.stop),
    start: () => {
      started.push(id);
      return answer(`start ${id}`, containers[id]?.start);
    },
  });
  return { context: { docker: { getContainer } } as unknown as HostContext, started };
}
