import type { ComposeModel, ComposeService } from "../application/compose-model";

/** A model in which what lies below the project's folder is a path of the release, relative to it; other paths pass as they are. */
export function withReleasePaths(model: ComposeModel, folder: string): ComposeModel {
  const relative = (path: string): string => {
    if (path === folder) return ".";
    return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path;
  };
  return {
    ...model,
    services: mapped(model.services, (service) => serviceWith(service, relative)),
    secrets: mapped(model.secrets, (secret) => fileWith(secret, relative)),
    configs: mapped(model.configs, (config) => fileWith(config, relative)),
  };
}

type Relative = (path: string) => string;

function serviceWith(service: ComposeService, relative: Relative): ComposeService {
  const { build, volumes } = service;
  return {
    ...service,
    ...(build === undefined ? {} : { build: buildWith(build, relative) }),
    ...(volumes === undefined
      ? {}
      : {
          volumes: volumes.map((mount) =>
            mount.type === "bind" ? { ...mount, source: relative(mount.source) } : mount,
          ),
        }),
  };
}

type Build = NonNullable<ComposeService["build"]>;

function buildWith(build: Build, relative: Relative): Build {
  const { context, additional_contexts: more } = build;
  return {
    ...build,
    context: relative(context),
    ...(more === undefined ? {} : { additional_contexts: mapped(more, relative) }),
  };
}

function fileWith<F extends { readonly file?: string | undefined }>(
  entry: F,
  relative: Relative,
): F {
  return entry.file === undefined ? entry : { ...entry, file: relative(entry.file) };
}

function mapped<A, B>(
  record: Readonly<Record<string, A>>,
  change: (value: A) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
