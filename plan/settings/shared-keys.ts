import type { StackName } from "../application/topology";
import { sameData } from "../same-data";
import type { Problem } from "../problem";

/** A stack's configuration as Pulumi reads it, keys without the project's name. */
export interface StackConfig {
  readonly stack: StackName;
  readonly raw: Readonly<Record<string, unknown>>;
}

/** What both stacks must agree on, so that it does not matter whose configuration is read. */
const SHARED_KEYS = ["repository", "stateDirectory", "application", "compose"] as const;

/** What two stacks say differently, although they are the sides of one application on one host. */
export function differences(first: StackConfig, other: StackConfig): readonly Problem[] {
  return SHARED_KEYS.filter((key) => !sameData(first.raw[key], other.raw[key])).map((key) => ({
    subject: `config "${key}"`,
    what: "differs between the two stacks, and both describe one host",
    advice: [
      `found ${valueText(first.raw[key])} for ${first.stack}, ${valueText(other.raw[key])} for ${other.stack}`,
      `give both the same value: pulumi config set --stack <stack> ${key} <value>, or say it once, under config in Pulumi.yaml`,
    ],
  }));
}

function valueText(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}
