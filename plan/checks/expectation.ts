import type { Check, CheckKind } from "./check";
import type { Role } from "../application/topology";
import { wordOfRole } from "./roles";

type Texts = { readonly [K in CheckKind]: (check: Check<K>) => string };

const TEXTS: Texts = {
  composeFile: () =>
    "docker-compose.yml of the release to be valid, everything that it names declared",
  image: ({ service }) => `the image of ${like([service])} on this host, and its container on it`,
  containers: ({ services }) =>
    services === "all"
      ? "every container of the topology running and healthy"
      : `${like(services)} running and healthy`,
  count: () => "every container of the earlier topology running",
  logs: ({ services, patterns }) =>
    `no ${patterns === "errors" ? "errors" : "network errors"} in the logs of ${
      services === "all" ? "any container" : like(services)
    } since the change`,
  networks: () => "every network of the earlier topology, with its services on it",
  reach: () => "every service to reach those that it needs, by name, from its own networks",
  routers: () => "Traefik's API to list the configured routers, all enabled",
  http: ({ address }) => `the answers that checks.${address} describes, through the edge`,
  tcp: ({ ports }) => `the edge's ports ${ports.join(", ")} to accept connections`,
  command: ({ service, argv, says }) => `"${argv.join(" ")}" in ${like([service])} to say ${says}`,
  sql: ({ service, statement, says }) => `"${statement}" in ${like([service])} to give ${says}`,
  tables: () => "the tables of checks.tables in the application's database",
  migrations: () => "every migration of the release applied to the data",
  databaseIntact: ({ databases }) =>
    `${databases === "all" ? "every database" : "the application's database"} readable, identifier and rows as in the backup that it came from`,
  objectsIntact: () => "every document's object as in the backup that it came from, by its hash",
  release: ({ paths }) =>
    `${paths === "all" ? "the whole release" : "the documentation"} equal to the earlier ref, but for the protected paths`,
  documentRoundTrip: ({ through }) =>
    through === "upload"
      ? "a document to be accepted (it is removed again)"
      : "a document to come back byte by byte (it is removed again)",
  existingDocuments: () => "every row's object to be readable, every object to have a row",
  tenant: () => "the tenant of checks.tenant in the backend's answer",
  login: () => "requests refused without a token or with a wrong one, accepted with a new one",
  vin: () => "the VIN of checks.vin to be decoded",
  hierarchy: () => "makes, models of the first make, years of its first model",
  page: () => "the page, and every script and style that it names, as 200 with its type",
  tests: () => "the application's own tests in the backend's container to pass",
  suite: () => "the application's whole suite to pass",
  makefile: () => "every target of the Makefile, and of the documentation, to run dry (make -n)",
  links: () => "every relative link of the documentation to lead to a file",
  manual: ({ look }) => look,
};

/** What a check expects to find, in words (document: validation). */
export function expectation<K extends CheckKind>(check: Check<K>): string {
  const text = TEXTS[check.kind as K] as (check: Check<K>) => string;
  return text(check);
}

function like(services: readonly Role[]): string {
  return services.map(wordOfRole).join(", ");
}
