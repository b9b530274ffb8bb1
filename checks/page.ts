import { type DefaultTreeAdapterTypes, parse } from "parse5";
import { askEdge } from "./http";
import { type CheckScene, findingOf, type Runner } from "./scene";

/** A script or style that a page names. */
export interface Asset {
  readonly path: string;
  readonly kind: "script" | "style";
}

/** Stands for the page's own host, whatever its name is. */
const OWN_HOST = "http://page.invalid";

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
  return findingOf(problems, `${path} and ${assets.length} scripts and styles`);
};

async function assetProblem(
  scene: CheckScene,
  { path, kind }: Asset,
  signal: AbortSignal,
): Promise<string | null> {
  const answer = await askEdge(scene, path, signal);
  if (answer.status !== 200) return `${path} answers ${answer.status}`;
  if (answer.bytes === 0) return `${path} is empty`;
  return TYPES[kind].test(answer.type) ? null : `${path} is ${answer.type || "of no type"}`;
}

/** Scripts and styles that a page loads from its own host, relative ones resolved against the page's path. Exported for the tests. */
export function pageAssets(page: string, html: string): readonly Asset[] {
  return elementsOf(parse(html)).flatMap((element) => {
    const asset = namedBy(element);
    if (asset === null || !URL.canParse(asset.path, OWN_HOST + page)) return [];
    const { origin, pathname, search } = new URL(asset.path, OWN_HOST + page);
    return origin === OWN_HOST ? [{ ...asset, path: pathname + search }] : [];
  });
}

function namedBy({ tagName, attrs }: Element): Asset | null {
  const valueOf = (name: string): string => attrs.find((each) => each.name === name)?.value ?? "";
  const isStyle = tagName === "link" && /(^|\s)stylesheet(\s|$)/i.test(valueOf("rel"));
  if (isStyle && valueOf("href") !== "") return { path: valueOf("href"), kind: "style" };
  const isScript = tagName === "script" && valueOf("src") !== "";
  return isScript ? { path: valueOf("src"), kind: "script" } : null;
}

type Element = DefaultTreeAdapterTypes.Element;

/** In the order of the page. */
function elementsOf(node: DefaultTreeAdapterTypes.Node): readonly Element[] {
  const below = "childNodes" in node ? node.childNodes.flatMap(elementsOf) : [];
  return "tagName" in node ? [node, ...below] : below;
}
