import { type Asset, pageAssets } from "../plan/checks/texts";
import { askEdge } from "./http";
import { type CheckScene, findingOf, type Runner } from "./scene";

const TYPES: Readonly<Record<Asset["kind"], RegExp>> = {
  script: /^(text|application)\/(x-)?(java|ecma)script$/,
  style: /^text\/css$/,
};

/** The page and everything that it names load; a missing script that is answered with the page itself has the wrong type. */
export const page: Runner<"page"> = async (scene, _check, signal) => {
  const path = scene.settings.page;
  const answer = await askEdge(scene, path, signal);
  if (answer.status !== 200) return { passed: false, found: `${path} answers ${answer.status}` };
  if (answer.type !== "text/html") return { passed: false, found: `${path} is ${answer.type}` };
  const assets = pageAssets(path, answer.body.toString("utf8"));
  const problems = await Promise.all(assets.map((asset) => assetProblem(scene, asset, signal)));
  return findingOf(
    problems.filter((problem) => problem !== ""),
    `${path} and ${assets.length} scripts and styles`,
  );
};

async function assetProblem(
  scene: CheckScene,
  { path, kind }: Asset,
  signal: AbortSignal,
): Promise<string> {
  const answer = await askEdge(scene, path, signal);
  if (answer.status !== 200) return `${path} answers ${answer.status}`;
  if (answer.bytes === 0) return `${path} is empty`;
  return TYPES[kind].test(answer.type) ? "" : `${path} is ${answer.type || "of no type"}`;
}
