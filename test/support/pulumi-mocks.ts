import * as pulumi from "@pulumi/pulumi";

export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** Every resource that a program registers, in the order of registration. */
export class RecordingMocks implements pulumi.runtime.Mocks {
  readonly registered: Registered[] = [];

  newResource(args: pulumi.runtime.MockResourceArgs): {
    id: string;
    state: Record<string, unknown>;
  } {
    const inputs = args.inputs as Record<string, unknown>;
    this.registered.push({ type: args.type, name: args.name, inputs });
    return {
      id: `${args.name}-id`,
      state: { ...inputs, imageId: `sha256:${args.name}`, stdout: "{}" },
    };
  }

  call(): Record<string, unknown> {
    throw new Error("the program calls no provider function");
  }

  ofType(type: string): Registered[] {
    return this.registered.filter((resource) => resource.type === type);
  }
}

/** Makes every resource of the running test go to the returned recorder. */
export async function recordResources(stack: string): Promise<RecordingMocks> {
  const mocks = new RecordingMocks();
  await pulumi.runtime.setMocks(mocks, "motovaultpro-rollback", stack, false);
  return mocks;
}

export async function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply(resolve);
  });
}

/** The logical name of a resource's parent. */
export function parentName(urn: string): string {
  return urn.split("::").at(-2)?.split("$").at(-2) ?? "";
}
