import { readFileSync } from "node:fs";
import { parse } from "yaml";

/** Settings and secrets as the containers have them mounted (phase 4). */
export interface Configuration {
  readonly databaseHost: string;
  readonly redisHost: string;
  readonly minioHost: string;
  readonly issuer: string;
  readonly audience: string;
  secret(name: string): string;
}

interface Hosts {
  readonly database: { readonly host: string };
  readonly redis: { readonly host: string };
  readonly minio?: { readonly host: string };
}

export function readConfiguration(): Configuration {
  const hosts = parse(readFileSync("config/app/production.yml", "utf8")) as Hosts;
  const environment = readFileSync(".env", "utf8");
  const variable = (name: string): string => {
    const [, value] = new RegExp(`^${name}=(.+)$`, "m").exec(environment) ?? [];
    if (value === undefined) throw new Error(`.env has no ${name}`);
    return value;
  };
  return {
    databaseHost: hosts.database.host,
    redisHost: hosts.redis.host,
    minioHost: hosts.minio?.host ?? "admin-minio",
    issuer: variable("AUTH0_ISSUER"),
    audience: variable("AUTH0_AUDIENCE"),
    secret: (name) => readFileSync(`/run/secrets/app/${name}.txt`, "utf8").trim(),
  };
}
