import { readFileSync } from "node:fs";
import { Images } from "../../../components/images";
import { Stage } from "../../../components/stage";
import type { SealedTexts } from "../../../plan/application/sealed";
import type { Wanted } from "../../../plan/model/wanted";
import type { VerbContext } from "../../../plan/run/verbs";

/** What the test writes into the file that `STAGING` names. */
export interface Staging {
  readonly context: VerbContext;
  readonly wanted: Wanted;
  readonly texts: SealedTexts;
}

const { context, wanted, texts } = JSON.parse(
  readFileSync(process.env.STAGING ?? "", "utf8"),
) as Staging;
const images = new Images("images", { wanted, contexts: "", texts, missing: [], after: [] });
new Stage("stage", { context, wanted, images, texts, after: images.done });
