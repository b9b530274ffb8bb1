import { z } from "zod";
import { connect } from "../../host/connect";
import type { HostContext } from "../../host/context";
import type { ComposeSettings } from "../../plan/application/compose-model";
import type { ApplicationNames } from "../../plan/application/application";
import { progress } from "../terminal/progress";
import type { Verb, VerbInputs } from "../../plan/run/verbs";

const sent = z.looseObject({
  context: z.strictObject({
    repository: z.string(),
    stateDirectory: z.string(),
    compose: z.custom<ComposeSettings>((value) => typeof value === "object"),
    helperImage: z.string(),
    application: z.custom<ApplicationNames>((value) => typeof value === "object"),
  }),
});

/** Reads what a command resource sends a verb, `{"context": {…}, …}`, and connects to Docker. The rest is typed where it is sent. */
export async function openVerbInput<V extends Verb>(
  verb: V,
  text: string,
): Promise<{ context: HostContext; input: VerbInputs[V] }> {
  const parsed = sent.safeParse(jsonOf(text));
  if (!parsed.success) throw new Error(notSent(verb, z.prettifyError(parsed.error)));
  const { context, ...input } = parsed.data;
  return {
    context: await connect(context, `run step "${verb}"`, progress),
    input: input as unknown as VerbInputs[V],
  };
}

/** The parser's own message would quote the input. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function notSent(verb: string, what: string): string {
  return `step "${verb}" expects one JSON object on standard input, as Pulumi sends it: ${what}`;
}
