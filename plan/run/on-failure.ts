import type { ChangeRequest } from "../model/wanted";
import { parks } from "../staging/park";

/**
 * Where in a change a gate fails: inside the staged side; through the edge that this run has moved, with the old one at hand or
 * with none that could take over; or through an edge that an earlier run of the change had moved.
 */
export type FailurePoint = "stagedSide" | "newEdge" | "onlyEdge" | "edgeMovedBefore";

/** What a failed gate means for a change. */
export interface Outcome {
  /** Who serves then; what was parked may have been all that did. */
  readonly serves: "outgoing" | "incoming" | "uncertain";
  /** What becomes of the change. */
  readonly state: "open" | "failedBack" | "done";
  /** The same in words, for docs/operations.md. */
  readonly row: { readonly where: string; readonly serves: string; readonly wayOn: string };
}

/** Every outcome that there is, in the order of docs/operations.md. */
const OUTCOMES = {
  staged: {
    serves: "outgoing",
    state: "open",
    row: {
      where: "in the staged side",
      serves: "the old side, never touched",
      wayOn: "fix it or `accept`, and re-run `up`; or `rollback abort`",
    },
  },
  stagedAfterParking: {
    serves: "uncertain",
    state: "open",
    row: {
      where: "in a staged side that the live side was parked for",
      serves: "what of the old side was not parked",
      wayOn: "fix it or `accept`, and re-run `up`; or `rollback abort`",
    },
  },
  wentBack: {
    serves: "outgoing",
    state: "failedBack",
    row: {
      where: "through the new edge",
      serves: "the old side again",
      wayOn: "fix it or `accept`, `up`: a new change",
    },
  },
  nothingBeside: {
    serves: "incoming",
    state: "done",
    row: {
      where: "in place, first deployment, repair",
      serves: "the new state",
      wayOn: "undo the setting; or fix it or `accept`, and re-run `up`",
    },
  },
  afterParking: {
    serves: "incoming",
    state: "done",
    row: {
      where: "on a switch that the live side was parked for",
      serves: "the new side",
      wayOn: "the other stack's `up`; or fix it or `accept`, and re-run `up`",
    },
  },
  oldEdgeGone: {
    serves: "incoming",
    state: "done",
    row: {
      where: "on a switch from a side whose edge is gone",
      serves: "the new side",
      wayOn: "the other stack's `up`; or fix it or `accept`, and re-run `up`",
    },
  },
  movedBefore: {
    serves: "incoming",
    state: "done",
    row: {
      where: "in a run that goes on after its edge had moved",
      serves: "the new side",
      wayOn: "the other stack's `up`; or fix it or `accept`, and re-run `up`",
    },
  },
} as const satisfies Record<string, Outcome>;

export type OutcomeName = keyof typeof OUTCOMES;

export interface NamedOutcome extends Outcome {
  readonly name: OutcomeName;
}

/** What follows when a gate of a change fails; nothing else decides it (docs/operations.md, "When a gate decides"). */
export function onFailure(request: ChangeRequest, where: FailurePoint): NamedOutcome {
  const name = outcomeName(request, where);
  return { name, ...OUTCOMES[name] };
}

function outcomeName(request: ChangeRequest, where: FailurePoint): OutcomeName {
  if (request.kind !== "switch") return "nothingBeside";
  const parked = parks(request);
  if (where === "stagedSide") return parked ? "stagedAfterParking" : "staged";
  if (parked) return "afterParking";
  if (where === "newEdge") return "wentBack";
  // Nobody knows how long the new side has served: going back by itself would take from people what they have written.
  return where === "edgeMovedBefore" ? "movedBefore" : "oldEdgeGone";
}

/** The table of docs/operations.md, as Markdown. */
function outcomesTable(): string {
  const rows = Object.values(OUTCOMES).map(({ row, state }) => {
    const change = state === "failedBack" ? "closed, `failedBack`" : state;
    return [row.where, row.serves, change, row.wayOn];
  });
  return [
    ["where a gate fails", "what serves", "the change", "the way on"],
    ["---", "---", "---", "---"],
    ...rows,
  ]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

/** A document with the table between its two comments as it is now. @throws Error where they are missing */
export function withOutcomesTable(document: string): string {
  const [before, , after] = document.split(
    /(?<=<!-- table of outcomes[^\n]*-->\n)|(?=<!-- end of the table -->)/,
  );
  if (before === undefined || after === undefined) {
    throw new Error("the document has no place for the table of outcomes");
  }
  return `${before}\n${outcomesTable()}\n\n${after}`;
}
