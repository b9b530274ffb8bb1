import type { GovernedVolume } from "./topology";

/** The folder that holds uploaded documents after phase 3, relative to the application's repository. */
export const DOCUMENTS_FOLDER = "data/documents";

/** Every volume and folder that a service of either topology writes, databases before object stores. */
export const allGovernedVolumes: readonly GovernedVolume[] = [
  volume("admin_postgres_data", "postgres", "mvp_postgres_data"),
  volume("admin_redis_data", "redis", "mvp_redis_data"),
  volume("platform_postgres_data", "postgres"),
  volume("platform_redis_data", "redis"),
  volume("mvp_platform_vehicles_db_data", "postgres"),
  volume("mvp_platform_vehicles_redis_data", "redis"),
  volume("mvp_postgres_data", "postgres", "admin_postgres_data"),
  volume("mvp_redis_data", "redis", "admin_redis_data"),
  volume("admin_minio_data", "minio", DOCUMENTS_FOLDER),
  { name: DOCUMENTS_FOLDER, kind: "folder", data: "documents", counterpart: "admin_minio_data" },
];

function volume(name: string, data: GovernedVolume["data"], counterpart?: string): GovernedVolume {
  return counterpart === undefined
    ? { name, kind: "volume", data }
    : { name, kind: "volume", data, counterpart };
}
