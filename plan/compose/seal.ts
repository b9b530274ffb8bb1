import { isMapping, type Mapping, mappingOf } from "../mapping";
import { isSealed, type SealedTexts, sealedName } from "../application/sealed";
import type { ComposeModel, ComposeService } from "../application/compose-model";

export interface SealedModel {
  readonly model: ComposeModel;
  readonly texts: SealedTexts;
}

/**
 * The model with every text that came from a variable or an env file replaced by a name: it may be secret, and records and logs are
 * read by many. What the file says literally stays readable.
 *
 * @param uninterpolated the same files as `docker compose config --no-interpolate --no-env-resolution` prints them
 * @param digestOf names a text so that nobody can guess it, the same one for the same text
 */
export function sealModel(
  model: ComposeModel,
  uninterpolated: unknown,
  digestOf: (text: string) => string,
): SealedModel {
  const texts: Record<string, string> = {};
  const seal = (text: string): string => {
    const name = sealedName(digestOf(text));
    texts[name] = text;
    return name;
  };
  const raw = mappingOf(mappingOf(uninterpolated).services);
  const services = Object.fromEntries(
    Object.entries(model.services).map(([name, service]) => [
      name,
      sealedService(service, mappingOf(raw[name]), seal),
    ]),
  );
  return { model: { ...model, services }, texts };
}

type Seal = (text: string) => string;

function sealedService(service: ComposeService, raw: Mapping, seal: Seal): ComposeService {
  const { build, healthcheck, logging, environment, labels } = service;
  const list = (texts: string[] | null, from: unknown): string[] | null =>
    texts === null || isLiteral(from) ? (texts?.map(escaped(seal)) ?? null) : texts.map(seal);
  const map = <V extends string | null>(
    values: Record<string, V> | undefined,
    from: unknown,
  ): Record<string, V> | undefined => values && sealedMap(values, from, seal);
  return {
    ...service,
    command: list(service.command, raw.command),
    entrypoint: list(service.entrypoint, raw.entrypoint),
    ...(environment === undefined ? {} : { environment: map(environment, raw.environment) }),
    ...(labels === undefined ? {} : { labels: map(labels, raw.labels) }),
    ...(build?.args === undefined
      ? {}
      : { build: { ...build, args: map(build.args, mappingOf(raw.build).args) } }),
    ...(healthcheck?.test === undefined
      ? {}
      : {
          healthcheck: {
            ...healthcheck,
            test: list(healthcheck.test, mappingOf(raw.healthcheck).test) ?? [],
          },
        }),
    ...(logging?.options === undefined
      ? {}
      : { logging: { ...logging, options: map(logging.options, mappingOf(raw.logging).options) } }),
  };
}

function sealedMap<V extends string | null>(
  values: Record<string, V>,
  from: unknown,
  seal: Seal,
): Record<string, V> {
  const written = entriesOf(from);
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => {
      if (value === null) return [key, value];
      const literal = written.has(key) && isLiteral(written.get(key));
      return [key, (literal ? escaped(seal)(value) : seal(value)) as V];
    }),
  );
}

/** A literal that looks like a name of ours is sealed too, so that no text has two meanings. */
function escaped(seal: Seal): Seal {
  return (text) => (isSealed(text) ? seal(text) : text);
}

/** Values by key, in the file's list form (`KEY=value`) or its mapping form; a key alone takes a variable's value. */
function entriesOf(from: unknown): ReadonlyMap<string, unknown> {
  if (isMapping(from)) return new Map(Object.entries(from));
  if (!Array.isArray(from)) return new Map();
  return new Map(
    from
      .filter((entry) => typeof entry === "string")
      .map((entry) => {
        const [key = "", ...value] = entry.split("=");
        return [key, value.length === 0 ? null : value.join("=")];
      }),
  );
}

/** Whether nothing in it is taken from a variable; `$$` is a dollar sign. */
function isLiteral(value: unknown): boolean {
  if (value === null || value === undefined) return false;
  if (Array.isArray(value)) return value.every(isLiteral);
  return !/(?<!\$)(?:\$\$)*\$[A-Za-z_{]/.test(JSON.stringify(value));
}
