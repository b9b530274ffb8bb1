import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** Settings from config/app/production.yml, values from .env and secrets from mounted files. */
export interface Configuration {
  /** A setting by its dotted key; throws when it is missing and has no fallback. */
  text(key: string, fallback?: string): string;
  /** A number by its dotted key; throws when it is missing or no number. */
  number(key: string, fallback?: number): number;
  /** A value of the .env file. */
  environment(name: string): string;
  /** The content of a mounted secret file, without surrounding white space. */
  secret(name: string): string;
}

const secretFolder = process.env.SECRETS_FOLDER ?? "/run/secrets/app";
const requiredSecrets = ["postgres-password", "auth0-client-secret", "minio-access-key", "minio-secret-key"];

/** Reads the whole configuration once; throws with the name of what is missing, never with a value. */
export function loadConfiguration(root: string = process.cwd()): Configuration {
  const settings: unknown = parse(readFileSync(join(root, "config/app/production.yml"), "utf8"));
  const environment = parseEnvironment(readFileSync(join(root, ".env"), "utf8"));
  for (const name of requiredSecrets) {
    readSecret(name);
  }
  return {
    text: (key, fallback) => String(required(lookUp(settings, key) ?? fallback, key)),
    number: (key, fallback) => toNumber(required(lookUp(settings, key) ?? fallback, key), key),
    environment: (name) => required(environment.get(name), name),
    secret: readSecret,
  };
}

function lookUp(settings: unknown, key: string): unknown {
  return key
    .split(".")
    .reduce<unknown>(
      (node, part) => (isRecord(node) ? node[part] : undefined),
      settings,
    );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function required<Value>(value: Value | undefined | null, key: string): Value {
  if (value === undefined || value === null) {
    throw new Error(`configuration: ${key} is missing`);
  }
  return value;
}

function toNumber(value: unknown, key: string): number {
  const number = Number(value);
  if (!Number.isFinite(number)) {
    throw new Error(`configuration: ${key} is not a number`);
  }
  return number;
}

function parseEnvironment(text: string): Map<string, string> {
  const lines = text.split("\n").map((line) => line.trim());
  const pairs = lines.filter((line) => line.includes("=") && !line.startsWith("#"));
  return new Map(
    pairs.map((line) => {
      const at = line.indexOf("=");
      return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    }),
  );
}

function readSecret(name: string): string {
  const value = readFileSync(join(secretFolder, `${name}.txt`), "utf8").trim();
  if (value === "") {
    throw new Error(`configuration: the secret ${name} is empty`);
  }
  return value;
}
