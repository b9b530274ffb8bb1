import type Docker from "dockerode";
import { containerOf } from "../host/docker/containers";
import { migrationsOf } from "../host/release/migrations";
import { linesOf, query } from "../stores/sql";
import { required } from "./endpoints";
import { type CheckScene, findingOf, requireService, type Runner } from "./scene";

/** A statement gives what it should. */
export const sql: Runner<"sql"> = async (scene, { service, statement, says }) => {
  const container = containerOf(scene.context, requireService(scene, service));
  const found = await query(container, statement);
  return { passed: found === says, found: found || "nothing" };
};

/** The tables that config `checks.tables` names are there. */
export const tables: Runner<"tables"> = async (scene) => {
  const wanted = required(scene.settings.tables);
  const missing = await query(
    database(scene),
    "SELECT name FROM unnest(string_to_array(current_setting('rollback.tables'), ',')) name WHERE to_regclass(name) IS NULL",
    { settings: { "rollback.tables": wanted.join(",") } },
  );
  return findingOf(
    linesOf(missing).map((name) => `no table ${name}`),
    wanted.join(", "),
  );
};

/** Every migration that the release brings has been applied; those that only the data knows are told. */
export const migrations: Runner<"migrations"> = async (scene) => {
  const { query: statement } = required(scene.settings.migrations);
  const brought = await migrationsOf(scene.context, scene.wanted.release.tree);
  const applied = new Set(linesOf(await query(database(scene), statement)));
  const unknown = [...applied].filter((name) => !brought.includes(name));
  const more = unknown.length === 0 ? "" : `; the data also has ${unknown.join(", ")}`;
  return findingOf(
    brought.filter((name) => !applied.has(name)).map((name) => `${name} is not applied`),
    `${brought.length} applied${more}`,
  );
};

/** The container of the application's own database. */
export function database(scene: CheckScene): Docker.Container {
  return containerOf(scene.context, requireService(scene, "database"));
}
