import { isSealed } from "../application/sealed";
import type { Service } from "../application/topology";
import { isMapping } from "../mapping";

/** What differs between two definitions of a service, one line per field in Compose's words; of what is sealed only that it differs. */
export function serviceDifferences(before: Service, after: Service): readonly string[] {
  const [old, next] = [fieldsOf(before), fieldsOf(after)];
  const paths = [...new Set([...old.keys(), ...next.keys()])];
  return paths.flatMap((path) => {
    const [was, is] = [old.get(path), next.get(path)];
    return was === is ? [] : [`${path}: ${changeText(was, is)}`];
  });
}

function changeText(was: string | undefined, is: string | undefined): string {
  if (was === undefined) return is === undefined ? "" : `${valueText(is)} is new`;
  if (is === undefined) return `${valueText(was)} is gone`;
  return `${valueText(was)} becomes ${valueText(is)}`;
}

function valueText(value: string): string {
  const parsed: unknown = JSON.parse(value);
  const texts = Array.isArray(parsed) ? parsed : [parsed];
  const secret = texts.some((text) => typeof text === "string" && isSealed(text));
  return secret ? "a value from a variable" : value;
}

function fieldsOf({ definition, image, networks, ports, volumes }: Service): Map<string, string> {
  return new Map(flattened({ ...definition, image, networks, ports, volumes }, []));
}

/** Every value below, by its path; a list is one value. */
function flattened(value: unknown, path: readonly string[]): [path: string, value: string][] {
  if (!isMapping(value)) return [[path.join("."), JSON.stringify(value)]];
  return Object.entries(value).flatMap(([key, entry]) => flattened(entry, [...path, key]));
}
