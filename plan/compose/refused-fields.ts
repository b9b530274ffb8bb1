import { CONTAINER_FIELDS } from "../application/topology";
import type { Problem } from "../problem";
import type { ComposeService } from "../application/compose-model";

const MEBIBYTE = 2 ** 20;

/** Fields that the topology takes one by one. */
const READ_FIELDS: ReadonlySet<string> = new Set([
  ...CONTAINER_FIELDS,
  ...["image", "build", "container_name", "ports", "expose", "networks"],
  ...["volumes", "secrets", "configs", "depends_on", "profiles", "scale", "pull_policy"],
]);

/** Sizes that the provider takes in whole mebibytes. */
const SIZES = ["mem_limit", "mem_reservation", "memswap_limit", "shm_size"] as const;

/** A field of the Compose file that is not applied, and so refused. */
export function refuse(
  path: string,
  what = "is a field of Compose that this program does not apply",
  advice = "take it out of the Compose file: what is in it has to take effect",
): Problem {
  return { subject: path, what, advice: [advice] };
}

/** What of a service is in the model and cannot be applied, each by its path. */
export function refusedFields(name: string, service: ComposeService): readonly Problem[] {
  const at = `services.${name}`;
  return [
    ...Object.entries(service)
      .filter(([field, value]) => value !== null && !READ_FIELDS.has(field))
      .map(([field]) => refuse(`${at}.${field}`)),
    ...portProblems(at, service),
    ...buildProblems(at, service),
    ...SIZES.filter((field) => !isWhole(service[field])).map((field) =>
      refuse(`${at}.${field}`, "is not a whole number of mebibytes"),
    ),
    ...deployProblems(at, service),
    ...(service.extra_hosts ?? []).flatMap((entry, index) =>
      // The provider reads the address back up to its first colon.
      entry.split(/[=:]/).length > 2
        ? [refuse(`${at}.extra_hosts.${index}`, "is an IPv6 address, which is not applied")]
        : [],
    ),
    ...Object.entries(service.networks ?? {})
      .filter(([, use]) => use?.priority !== undefined)
      .map(([network]) => refuse(`${at}.networks.${network}.priority`)),
  ];
}

function portProblems(at: string, { ports = [] }: ComposeService): readonly Problem[] {
  return ports.flatMap(({ published }, index) =>
    published !== undefined && /^\d+$/.test(published)
      ? []
      : [
          refuse(
            `${at}.ports.${index}`,
            published === undefined
              ? "has no host port: another one at every start"
              : `publishes "${published}", not one port`,
            "give it one host port of its own",
          ),
        ],
  );
}

function buildProblems(at: string, { build }: ComposeService): readonly Problem[] {
  if (build === undefined) return [];
  const { additional_contexts: more, dockerfile_inline: inline, context } = build;
  return [
    ...(more === undefined ? [] : [refuse(`${at}.build.additional_contexts`)]),
    ...(inline === undefined ? [] : [refuse(`${at}.build.dockerfile_inline`)]),
    ...(/^(\/|[a-z]+:\/\/|git@)/.test(context)
      ? [refuse(`${at}.build.context`, `is "${context}", which is not in the repository`)]
      : []),
  ];
}

function deployProblems(at: string, { deploy }: ComposeService): readonly Problem[] {
  const { limits, reservations } = deploy?.resources ?? {};
  return [
    ...(limits?.pids === undefined ? [] : [refuse(`${at}.deploy.resources.limits.pids`)]),
    ...(isWhole(limits?.memory) && isWhole(reservations?.memory)
      ? []
      : [refuse(`${at}.deploy.resources`, "has a memory that is not a whole number of mebibytes")]),
  ];
}

function isWhole(bytes: string | number | undefined): boolean {
  return bytes === undefined || Number(bytes) % MEBIBYTE === 0;
}
