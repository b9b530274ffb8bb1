import type { Application, Side } from "../plan/application/application";
import { type Description, roleOf } from "../plan/application/description";
import { endsOf } from "../plan/application/topologies";
import type { Service, StackName } from "../plan/application/topology";
import { builtImages, imageDefaults } from "./motovaultpro/images";
import { EARLIER_NETWORKS, SIMPLIFIED_NETWORKS } from "./motovaultpro/networks";
import { SIMPLIFIED_SERVICES } from "./motovaultpro/services-after";
import { EARLIER_SERVICES } from "./motovaultpro/services-before";

/** What the Compose files of each application that this program knows say, by the name that its description has. */
const COMPOSED: Readonly<Record<string, Omit<Application, "description" | "ends">>> = {
  motovaultpro: {
    sides: {
      "pre-simplification": { services: EARLIER_SERVICES, networks: EARLIER_NETWORKS },
      simplified: { services: SIMPLIFIED_SERVICES, networks: SIMPLIFIED_NETWORKS },
    },
    builtImages,
    imageDefaults,
  },
};

/** Names of the applications whose sides are known. */
export const KNOWN_APPLICATIONS: readonly string[] = Object.keys(COMPOSED);

/** The application that a description describes; undefined where nothing is known of its sides. */
export function applicationOf(description: Description): Application | undefined {
  const composed = COMPOSED[description.name];
  if (composed === undefined) return undefined;
  const side = (stack: StackName): Side => ({
    ...composed.sides[stack],
    services: composed.sides[stack].services.map((service) => ({
      ...service,
      ...duties(description, service.name),
    })),
  });
  const sides = {
    "pre-simplification": side("pre-simplification"),
    simplified: side("simplified"),
  };
  return { ...composed, description, sides, ends: endsOf({ description, sides }) };
}

/** What a service does, and so when it starts: the edge is moved by the cutover, what works on its own starts after it. */
function duties(description: Description, name: string): Pick<Service, "role" | "startPolicy"> {
  const role = roleOf(description, name);
  if (role === "edge") return { role, startPolicy: "edge" };
  return { role, startPolicy: description.selfActing.includes(name) ? "selfActing" : "ordinary" };
}
