import type { CheckKind } from "../plan/checks/check";
import { reach, routers, tcp } from "./connections";
import { containers, count, image, networks } from "./containers";
import { databaseIntact } from "./data-intact";
import { documentRoundTrip, existingDocuments } from "./documents";
import { hierarchy, http, tenant, vin } from "./endpoints";
import { login } from "./login";
import { logs } from "./logs";
import { objectsIntact } from "./objects-intact";
import { page } from "./page";
import { command, makefile, suite, tests } from "./programs";
import { composeFile, links, release } from "./release";
import type { Runner } from "./scene";
import { migrations, sql, tables } from "./sql";

/** How each kind of check is made. */
export const RUNNERS: { readonly [K in Exclude<CheckKind, "manual">]: Runner<K> } = {
  composeFile,
  image,
  containers,
  count,
  logs,
  networks,
  reach,
  routers,
  http,
  tcp,
  command,
  sql,
  tables,
  migrations,
  databaseIntact,
  objectsIntact,
  release,
  documentRoundTrip,
  existingDocuments,
  tenant,
  login,
  vin,
  hierarchy,
  page,
  tests,
  suite,
  makefile,
  links,
};

/** Kinds that what has just been started may need a moment for. */
export const AGAIN: ReadonlySet<CheckKind> = new Set([
  "containers",
  "count",
  "reach",
  "routers",
  "http",
  "tcp",
  "command",
  "sql",
  "tenant",
  "login",
  "vin",
  "hierarchy",
  "page",
]);

/** Kinds that write, and so would disturb those that compare. */
export const WRITING: ReadonlySet<CheckKind> = new Set(["documentRoundTrip", "suite"]);
