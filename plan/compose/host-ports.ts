import { edgeOf } from "../application/topologies";
import type { Description } from "../application/description";
import { type HostPorts, PORT_NAMES, type Topology } from "../application/topology";
import type { Problem } from "../problem";

export type ReadHostPorts =
  | { readonly ok: true; readonly value: HostPorts }
  | { readonly ok: false; readonly problem: Problem };

/** On which host ports the edge answers; the description says which of its container's ports is for what. */
export function hostPortsOf(topology: Topology, { edgePorts, probe }: Description): ReadHostPorts {
  const { name, ports } = edgeOf(topology);
  const published = PORT_NAMES.flatMap((use) => {
    const port = ports.find(({ container, protocol }) => {
      return container === edgePorts[use] && protocol === "tcp";
    });
    return port === undefined ? [] : [[use, port.host] as const];
  });
  const { http, ...others } = Object.fromEntries(published) as Partial<HostPorts>;
  if (probe.tls !== undefined && others.https === undefined) {
    return {
      ok: false,
      problem: {
        subject: `services.${name}.ports`,
        what: "publishes no container port for HTTPS, and the edge is asked over it (probe.tls)",
        advice: ["publish it in the Compose file, and say in edgePorts.https which it is"],
      },
    };
  }
  if (http !== undefined) return { ok: true, value: { http, ...others } };
  const advice = ["publish it in the Compose file, or correct edgePorts.http in the description"];
  return {
    ok: false,
    problem: {
      subject: `services.${name}.ports`,
      what: `publishes no container port ${edgePorts.http}, where the edge serves HTTP`,
      advice,
    },
  };
}
