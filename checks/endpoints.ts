import { messageOf } from "../plan/problem";
import type { Endpoint } from "../plan/application/check-addresses";
import { endpointsOf } from "../plan/checks/settings";
import type { HttpAnswer } from "../host/http";
import { askEdge, askWithToken, fieldOf, jsonOf } from "./http";
import { type CheckScene, findingOf, type Runner } from "./scene";

/** Every endpoint of an address of config `checks` answers as it says there. */
export const http: Runner<"http"> = async (scene, { address }, signal) => {
  const endpoints = endpointsOf(scene.settings, address);
  const problems = await Promise.all(
    endpoints.map((endpoint) => endpointProblem(scene, endpoint, signal)),
  );
  const expected = endpoints.map(expectedText).join(", ");
  return { expected, ...findingOf(problems, `${endpoints.length} answers as expected`) };
};

function expectedText({ path, status, contains, expect = {} }: Endpoint): string {
  const fields = Object.entries(expect).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  const parts = [...fields, ...(contains === undefined ? [] : [JSON.stringify(contains)])];
  return `${path} ${status}${parts.length === 0 ? "" : ` with ${parts.join(", ")}`}`;
}

/** The backend knows the tenant: the multi-tenant code is in it. */
export const tenant: Runner<"tenant"> = async (scene, _check, signal) => {
  const { path, id, field } = required(scene.settings.tenant);
  const answer = await askWithToken(scene, path, signal);
  if (answer.status !== 200) return { passed: false, found: `${path} answers ${answer.status}` };
  const list = jsonOf(answer);
  const ids = Array.isArray(list) ? list.map((entry) => fieldOf(entry, field)) : [];
  return {
    passed: ids.includes(id),
    found: `${path} lists ${ids.length} tenants, ${ids.includes(id) ? "" : "not "}"${id}"`,
  };
};

/** A known VIN is decoded to what it means. */
export const vin: Runner<"vin"> = async (scene, _check, signal) => {
  const { path, vin: number, expect } = required(scene.settings.vin);
  const asked = fill(path, { vin: number });
  const problem = await endpointProblem(scene, { path: asked, ...EXPECT_OK, expect }, signal);
  const decoded = Object.values(expect).join(" ");
  return problem === null
    ? { passed: true, found: `${number} is ${decoded}` }
    : { passed: false, expected: `${number} to be ${decoded}`, found: problem };
};

/** Make, model, year: each level loads by what the level above gave. */
export const hierarchy: Runner<"hierarchy"> = async (scene, _check, signal) => {
  const levels = required(scene.settings.hierarchy);
  const makes = await namesAt(scene, levels.makes, {}, signal);
  const make = textOf(makes[0]);
  const models = await namesAt(scene, levels.models, { make }, signal);
  const model = textOf(models[0]);
  const years = await namesAt(scene, levels.years, { make, model }, signal);
  const found = `${makes.length} makes, ${models.length} models of ${make}, ${years.length} years of ${model}`;
  return { passed: true, found };
};

/** Null when an endpoint answers as it should, else what came. */
async function endpointProblem(
  scene: CheckScene,
  endpoint: Endpoint,
  signal: AbortSignal,
): Promise<string | null> {
  const { path, token } = endpoint;
  try {
    const send = token ? askWithToken : askEdge;
    const problem = answerProblem(endpoint, await send(scene, path, signal));
    return problem === null ? null : `${path}: ${problem}`;
  } catch (error) {
    return `${path}: ${messageOf(error)}`;
  }
}

const EXPECT_OK = { status: 200, token: false } as const;

function answerProblem(endpoint: Endpoint, answer: HttpAnswer): string | null {
  const { status, contains, expect = {} } = endpoint;
  const body = answer.body.toString("utf8");
  if (answer.status !== status) return `${answer.status} instead of ${status}, ${body}`;
  if (contains !== undefined && !body.includes(contains)) return `without "${contains}", ${body}`;
  const fields = Object.entries(expect);
  if (fields.length === 0) return null;
  const value = jsonOf(answer);
  const wrong = fields
    .filter(([name, wanted]) => fieldOf(value, name) !== wanted)
    .map(([name, wanted]) => {
      const found = JSON.stringify(fieldOf(value, name)) as string | undefined;
      return `${name} is ${found ?? "missing"} instead of ${JSON.stringify(wanted)}`;
    });
  return wrong.length === 0 ? null : wrong.join(", ");
}

async function namesAt(
  scene: CheckScene,
  level: { readonly path: string; readonly field: string },
  values: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<readonly unknown[]> {
  const path = fill(level.path, values);
  const answer = await askEdge(scene, path, signal);
  if (answer.status !== 200) throw new Error(`${path} answers ${answer.status}`);
  const list = fieldOf(jsonOf(answer), level.field);
  if (!Array.isArray(list) || list.length === 0) throw new Error(`${path} has no ${level.field}`);
  return list as unknown[];
}

/** Puts values into the `{name}` places of a path. */
export function fill(path: string, values: Readonly<Record<string, string>>): string {
  return path.replace(/\{(\w+)\}/g, (place, name: string) =>
    Object.hasOwn(values, name) ? encodeURIComponent(values[name] ?? "") : place,
  );
}

/** The plan refuses a check whose address is missing before anything runs. */
export function required<T>(part: T | undefined): T {
  if (part === undefined) throw new Error("its part of config checks is missing");
  return part;
}

/** A name as it stands, or the name of an entry that is more than that. */
function textOf(value: unknown): string {
  const name = typeof value === "object" ? fieldOf(value, "name") : value;
  return typeof name === "string" || typeof name === "number" ? String(name) : "";
}
