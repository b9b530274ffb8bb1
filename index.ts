import * as pulumi from "@pulumi/pulumi";
import { Sync } from "./components/sync";
import { Cutover } from "./components/cutover";
import { Images } from "./components/images";
import { Preparation } from "./components/preparation";
import { refusal } from "./components/refusal";
import { Release } from "./components/release";
import { Stage } from "./components/stage";
import { Volumes } from "./components/volumes";
import { observe, readSealedTexts } from "./change/observe";
import { readDescription } from "./host/description";
import { refuseDifferences } from "./host/pulumi-project";
import { documentsBucket } from "./plan/checks/settings";
import { acceptedChecks } from "./plan/run/accepted-checks";
import { imagesToMake, planFor } from "./plan/run/plan";
import { ProblemsError } from "./plan/problem";
import { verbContext } from "./plan/run/verbs";
import { applicationFile, parseSettings, rawSettings } from "./plan/settings/settings";
import { attempt } from "./plan/run/settings-problems";

export = async () => {
  try {
    return await rollback();
  } catch (error) {
    throw error instanceof ProblemsError ? refusal(error) : error;
  }
};

async function rollback() {
  const raw = rawSettings(pulumi.runtime.allConfig());
  const description = await readDescription(applicationFile(raw));
  const parsed = parseSettings(pulumi.getStack(), raw, description);
  if (!parsed.ok) throw new ProblemsError("read the configuration", parsed.problems);
  const { settings } = parsed;
  // Language hosts of before 2025 do not tell where Pulumi.yaml is: then it stands beside the program.
  await refuseDifferences([pulumi.getRootDirectory(), "."], { stack: settings.stack, raw });
  const observed = await observe(settings);
  const plan = planFor(settings, observed);
  if (!plan.ok) throw new ProblemsError(attempt(settings, observed), plan.problems);
  for (const line of plan.description) await pulumi.log.info(line);

  const { request } = plan;
  const { wanted } = request;
  const context = verbContext(settings);
  const texts = await readSealedTexts(settings, observed, wanted);
  const bucket = documentsBucket(settings.checks);
  const preparation = new Preparation("preparation", {
    ...{ context, request, checks: settings.checks },
    takeOver: settings.oneTime.takeOver === true,
  });
  const reached = { change: request.number, live: wanted.stack, release: wanted.release.commit };
  if (request.recordOnly) return reached;
  const release = new Release("release", { context, request, after: preparation.done });
  const sourced = new Volumes("volume", {
    context,
    bucket,
    objectStoreImage: request.objectStoreImage,
    wanted,
    trustMtime: request.settings.trustMtime === true,
    after: preparation.done,
  });
  const images = new Images("images", {
    wanted,
    contexts: `${settings.stateDirectory}/contexts`,
    texts,
    missing: imagesToMake(plan, observed),
    after: release.done,
  });
  // Its downtime begins when everything that takes time is over.
  const syncing = new Sync("syncing", {
    ...{ context, request, bucket },
    after: [...images.done, ...sourced.done],
  });
  const stage = new Stage("stage", { context, wanted, images, texts, after: syncing.done });
  const cutover = new Cutover("cutover", {
    context,
    request,
    bucket,
    contacts: settings.contacts,
    checks: settings.checks,
    accept: acceptedChecks(request.settings, settings.oneTime),
    edgeId: stage.edgeId,
    after: stage.done,
  });

  return { ...reached, switched: cutover.summary };
}
