import type { Facts } from "../model/observed";
import type { Problem } from "../problem";
import { sideOfStack } from "./scope";
import type { Refs, Wanted } from "../model/wanted";

/** Keys of the configuration that name a ref. */
export type RefKey = "preRef" | "simplifiedRef" | `phaseRefs.${string}`;

/** The refs of a recorded map; one of an older version was a whole end of the scale. */
export function refsOf({ refs, stack, release }: Pick<Wanted, "refs" | "stack" | "release">): Refs {
  if (refs !== undefined) return refs;
  return { earlier: null, simplified: null, phases: {}, [sideOfStack(stack)]: release.commit };
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
