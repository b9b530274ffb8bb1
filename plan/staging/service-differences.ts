import { isSealed } from "../application/sealed";
import type { Service } from "../application/topology";
import { isMapping } from "../mapping";
import { sameData } from "../same-data";

/** What differs between two definitions of a service, one line per field in Compose's words; of what is sealed only that it differs. */
export function serviceDifferences(before: Service, after: Service): readonly string[] {
  const [old, next] = [fieldsOf(before), fieldsOf(after)];
  const paths = [...new Set([...old.keys(), ...next.keys()])];
  return paths
    .filter((path) => !sameData(old.get(path), next.get(path)))
    .map((path) => `${path}: ${changeText(old.get(path), next.get(path))}`);
}

function changeText(was: unknown, is: unknown): string {
  if (was === undefined) return `${valueText(is)} is new`;
  if (is === undefined) return `${valueText(was)} is gone`;
  return `${valueText(was)} becomes ${valueText(is)}`;
}

function valueText(value: unknown): string {
  const secret = [value].flat().some((text) => typeof text === "string" && isSealed(text));
  return secret ? "a value from a variable" : JSON.stringify(value);
}

/** What its container is made with, but for names that follow from the key. */
function fieldsOf(service: Service): Map<string, unknown> {
  const { definition, image, networks, ports, volumes } = service;
  const { mounts, hostMounts, memoryMounts, anonymousVolumes } = service;
  return new Map(
    flattened(
      {
        ...{ ...definition, image, networks, ports, volumes },
        ...{ mounts, hostMounts, memoryMounts, anonymousVolumes },
      },
      [],
    ),
  );
}

/** Every value below, by its path; a list is one value. */
function flattened(value: unknown, path: readonly string[]): [path: string, value: unknown][] {
  if (!isMapping(value)) return [[path.join("."), value]];
  return Object.entries(value).flatMap(([key, entry]) => flattened(entry, [...path, key]));
}
