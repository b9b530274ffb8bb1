import { equal, deepEqual } from "node:assert/strict";
import type Docker from "dockerode";
import { topologyOfStack } from "../support/application";
import { databaseLogin } from "../../stores/sql";
import { STORES, storeOf } from "../../stores/stores";
import { DATA_KINDS } from "../../plan/application/topology";

describe("the role and the database of a PostgreSQL", () => {
  const LOGINS = [
    ["come from its container", ["POSTGRES_USER=owner", "POSTGRES_DB=garage"], "owner", "garage"],
    ["are both the role where no database is named", ["POSTGRES_USER=owner"], "owner", "owner"],
    ["are the image's own where nothing is named", [], "postgres", "postgres"],
    ["are the image's own where they are empty", ["POSTGRES_USER="], "postgres", "postgres"],
    ["may be named apart", ["POSTGRES_DB=garage"], "postgres", "garage"],
    ["may contain what a variable ends with", ["POSTGRES_DB=a=b"], "postgres", "a=b"],
  ] as const;

  for (const [sentence, environment, role, database] of LOGINS) {
    it(sentence, async () => {
      deepEqual(await databaseLogin(containerWith(environment)), { role, database });
    });
  }

  it("are known of a container that was given no environment at all", async () => {
    deepEqual(await databaseLogin(containerWith(null)), { role: "postgres", database: "postgres" });
  });
});

describe("the driver of a store", () => {
  it("is told by the image of its service, on both sides", () => {
    for (const stack of ["pre-simplification", "simplified"] as const) {
      const { services, volumes } = topologyOfStack(stack);
      for (const service of services) {
        const driver = storeOf(service);
        const [mount] = service.volumes;
        const volume = volumes.find(({ name }) => name === mount?.volume);
        const isStore = volume !== undefined && volume.kind === "volume";
        equal(driver, isStore ? STORES[volume.data] : undefined, service.name);
      }
    }
  });

  it("matches its images by their name, wherever they come from", () => {
    const images = [
      ["postgres", "postgres"],
      ["postgres:15", "postgres"],
      ["registry.local:5000/library/postgres@sha256:0", "postgres"],
      ["redis:7-alpine", "redis"],
      ["minio/minio:RELEASE.2025-09-07T16-13-09Z", "minio"],
      ["minio/mc", undefined],
      ["postgres-exporter", undefined],
      ["traefik", undefined],
    ] as const;
    for (const [image, kind] of images) {
      equal(
        DATA_KINDS.find((each) => STORES[each].images?.test(image)),
        kind,
        image,
      );
    }
  });
});

function containerWith(environment: readonly string[] | null): Docker.Container {
  const info = { Config: { Env: environment } };
  return { inspect: () => Promise.resolve(info) } as unknown as Docker.Container;
}
