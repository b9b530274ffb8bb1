import * as pulumi from "@pulumi/pulumi";
import type { ProblemsError } from "../plan/problem";

/** What Pulumi shows as its message alone. It reads the stack all the same, and mapping that back to sources takes 10 s. */
export function refusal(problems: ProblemsError): pulumi.RunError {
  const error = new pulumi.RunError(problems.message);
  error.stack = problems.message;
  return error;
}
