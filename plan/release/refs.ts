import type { Facts } from "../model/observed";
import type { Problem } from "../problem";
import { sideOfStack, type StackName } from "../application/topology";
import type { Refs } from "../model/wanted";

/** Keys of the configuration that name a ref. */
export type RefKey = "preRef" | "simplifiedRef" | `phaseRefs.${string}`;

/** The refs of a whole end of the scale, given its commit. */
export function refsOfEnd(stack: StackName, commit: string): Refs {
  return { earlier: null, simplified: null, phases: {}, [sideOfStack(stack)]: commit };
}

/** The commit of a ref that the configuration names. */
export function chooseRef(ref: string, key: RefKey, facts: Facts): string | Problem {
  return (
    facts.git.resolved[ref] ?? {
      subject: `config "${key}"`,
      what: `"${ref}" is not a commit, tag or branch of the repository`,
      advice: [
        `tags found: ${facts.git.preTags.map((tag) => tag.name).join(", ") || "none"}`,
        `set it with: pulumi config set ${key.includes(".") ? "--path " : ""}${key} <tag or commit>`,
      ],
    }
  );
}
