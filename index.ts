import * as pulumi from "@pulumi/pulumi";
import { Cutover } from "./components/cutover";
import { Preparation } from "./components/preparation";
import { Release } from "./components/release";
import { Stage } from "./components/stage";
import type { VerbContext } from "./components/verb";
import { Volumes } from "./components/volumes";
import { observe } from "./host/observe";
import { planFor } from "./plan/plan";
import { ProblemsError } from "./plan/problem";
import { buildArguments } from "./plan/service-images";
import { parseSettings, rawSettings } from "./plan/settings";
import { attempt } from "./plan/settings-problems";
import { topologyFor } from "./plan/topologies";

export = async () => {
  try {
    return await rollback();
  } catch (error) {
    throw error instanceof ProblemsError ? refusal(error) : error;
  }
};

/** What Pulumi shows as its message alone. It reads the stack all the same, and mapping that back to sources takes 10 s. */
function refusal(problems: ProblemsError): pulumi.RunError {
  const error = new pulumi.RunError(problems.message);
  error.stack = problems.message;
  return error;
}

async function rollback() {
  const parsed = parseSettings(pulumi.getStack(), rawSettings(pulumi.runtime.allConfig()));
  if (!parsed.ok) throw new ProblemsError("read the configuration", parsed.problems);
  const { settings } = parsed;
  const observed = await observe(settings);
  const plan = planFor(settings, observed);
  if (!plan.ok) throw new ProblemsError(attempt(settings, observed), plan.problems);
  for (const line of plan.description) await pulumi.log.info(line);

  const { request } = plan;
  const { wanted } = request;
  const context: VerbContext = {
    repository: settings.repository,
    stateDirectory: settings.stateDirectory,
    namePrefix: settings.namePrefix,
    helperImage: settings.images.helper,
  };
  const volumes = topologyFor(wanted.rolledBackPhases).volumes.flatMap((volume) => {
    const chosen = wanted.volumes[volume.name];
    return chosen === undefined ? [] : [{ volume, chosen }];
  });

  const preparation = new Preparation("preparation", { context, request });
  const release = new Release("release", { context, request, after: preparation.done });
  const sourced = new Volumes("volume", {
    context,
    minioImage: settings.images.minio,
    volumes,
    after: preparation.done,
  });
  const stage = new Stage("stage", {
    context,
    wanted,
    buildArguments: buildArguments(settings.images),
    after: [...release.done, ...sourced.done],
  });
  const cutover = new Cutover("cutover", {
    context,
    request,
    contacts: settings.contacts,
    edgeId: stage.edgeId,
    after: stage.done,
  });

  return {
    change: request.number,
    live: wanted.stack,
    release: wanted.release.commit,
    switched: cutover.summary,
  };
}
