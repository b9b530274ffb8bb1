import type { ContainerInspectInfo } from "dockerode";
import { environmentOf } from "./containers";

const NOT_KEPT = "<not kept>";

/**
 * A container's details without what may be secret, whoever started it: values of variables, words of commands, labels and log
 * options, what health checks ask and what they are told. Names are kept, and how checks ended.
 */
export function withoutValues(info: ContainerInspectInfo): ContainerInspectInfo {
  const { Config, HostConfig, State } = info;
  const { Healthcheck } = Config;
  const { LogConfig } = HostConfig;
  const { Health } = State;
  return {
    ...info,
    Args: words(info.Args),
    State: {
      ...State,
      ...(Health === undefined
        ? {}
        : {
            Health: { ...Health, Log: Health.Log.map((look) => ({ ...look, Output: NOT_KEPT })) },
          }),
    },
    Config: {
      ...Config,
      Env: environmentOf(info).map((entry) => `${entry.split("=", 1)[0] ?? ""}=${NOT_KEPT}`),
      Cmd: words(Config.Cmd),
      ...(Config.Entrypoint === undefined ? {} : { Entrypoint: NOT_KEPT }),
      Labels: withoutValue(Config.Labels),
      ...(Healthcheck === undefined
        ? {}
        : { Healthcheck: { ...Healthcheck, Test: words(Healthcheck.Test) } }),
    },
    HostConfig: {
      ...HostConfig,
      ...(LogConfig === undefined
        ? {}
        : { LogConfig: { ...LogConfig, Config: withoutValue(LogConfig.Config as object) } }),
    },
  };
}

function words(values: readonly string[] | null | undefined): string[] {
  return (values ?? []).map(() => NOT_KEPT);
}

function withoutValue(labels: object | null | undefined): Record<string, string> {
  return Object.fromEntries(Object.keys(labels ?? {}).map((name) => [name, NOT_KEPT]));
}
