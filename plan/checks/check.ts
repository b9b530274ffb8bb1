import type { PortName, Role } from "../application/topology";
import type { HttpAddress } from "./settings";

/** gate: decides whether a change may stay; report: is told, decides nothing; manual: a person has to look. */
export type Severity = "gate" | "report" | "manual";

/** What a check is about, whatever it looks at. */
export interface About {
  /** Stable: config `accept`, `checks.skip` and `checks.deadlines` name it. */
  readonly name: string;
  /** The document's checkbox, word for word. */
  readonly row: string;
  readonly phase: number | "full";
  readonly severity: Severity;
  readonly deadlineSeconds: number;
  /** Phases of which one has to be rolled back for it to make sense; empty: it holds on every side. */
  readonly onlyWith: readonly number[];
}

/** What a check looks at. Values that are the application's own come from config `checks`. */
export type Probe =
  | { readonly kind: "composeFile" }
  | { readonly kind: "image"; readonly service: Role }
  | { readonly kind: "containers"; readonly services: readonly Role[] | "all" }
  | { readonly kind: "count" }
  | {
      readonly kind: "logs";
      readonly services: readonly Role[] | "all";
      readonly patterns: "errors" | "network";
    }
  | { readonly kind: "networks" }
  | { readonly kind: "reach" }
  | { readonly kind: "routers" }
  | { readonly kind: "http"; readonly address: HttpAddress }
  | { readonly kind: "tcp"; readonly ports: readonly PortName[] }
  | {
      readonly kind: "command";
      readonly service: Role;
      readonly argv: readonly string[];
      readonly says: string;
    }
  | {
      readonly kind: "sql";
      readonly service: Role;
      readonly statement: string;
      readonly says: string;
    }
  | { readonly kind: "tables" }
  | { readonly kind: "migrations" }
  | { readonly kind: "databaseIntact"; readonly databases: "application" | "all" }
  | { readonly kind: "objectsIntact" }
  | { readonly kind: "release"; readonly paths: "all" | "documentation" }
  | { readonly kind: "documentRoundTrip"; readonly through: "upload" | "download" }
  | { readonly kind: "existingDocuments" }
  | { readonly kind: "tenant" }
  | { readonly kind: "login" }
  | { readonly kind: "vin" }
  | { readonly kind: "hierarchy" }
  | { readonly kind: "page" }
  | { readonly kind: "tests" }
  | { readonly kind: "suite" }
  | { readonly kind: "makefile" }
  | { readonly kind: "links" }
  | { readonly kind: "manual"; readonly look: string };

export type CheckKind = Probe["kind"];

/** A validation of the document as data: one row may have several. */
export type Check<K extends CheckKind = CheckKind> = K extends CheckKind
  ? About & Extract<Probe, { readonly kind: K }>
  : never;

/** Seconds that each kind may take; config `checks.deadlines` gives one check another. */
const DEADLINES: Readonly<Record<CheckKind, number>> = {
  composeFile: 15,
  image: 15,
  containers: 60,
  count: 60,
  logs: 30,
  networks: 15,
  reach: 60,
  routers: 20,
  http: 20,
  tcp: 10,
  command: 20,
  sql: 20,
  tables: 20,
  migrations: 20,
  databaseIntact: 300,
  objectsIntact: 300,
  release: 30,
  documentRoundTrip: 30,
  existingDocuments: 120,
  tenant: 20,
  login: 20,
  vin: 45,
  hierarchy: 45,
  page: 20,
  tests: 180,
  suite: 300,
  makefile: 120,
  links: 30,
  manual: 0,
};

type Where = Pick<About, "phase" | "row" | "name"> & Partial<Pick<About, "onlyWith">>;

/** A check that decides. */
export function gate(where: Where, probe: Probe): Check {
  return check("gate", where, probe);
}

/** A check that is told and decides nothing. */
export function report(where: Where, probe: Probe): Check {
  return check("report", where, probe);
}

/** A row that only a person can tick. */
export function manual(where: Where, look: string): Check {
  return check("manual", where, { kind: "manual", look });
}

const ABOUT: ReadonlySet<string> = new Set(["name", "row", "phase", "severity", "onlyWith"]);

/** What a check looks at and how long it may take, as text: what is equal is looked at once. */
export function probeKey(check: Check): string {
  return JSON.stringify(Object.entries(check).filter(([key]) => !ABOUT.has(key)));
}

function check(severity: Severity, where: Where, probe: Probe): Check {
  const deadlineSeconds = DEADLINES[probe.kind];
  return { onlyWith: [], ...where, severity, deadlineSeconds, ...probe };
}
