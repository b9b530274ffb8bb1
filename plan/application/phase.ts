/** The section of docker-compose.yml that goes back with a phase; the rest of the file keeps its state. */
export type ComposePart = "whole" | "objectStore" | "networks" | "database" | "platform";

/** Which step of a run does what a numbered step of the document asks for. */
export type RunStep = "release" | "volumes" | "stage" | "switch" | "retire";

/** A numbered step of the document, in its words. */
export interface DocumentStep {
  readonly text: string;
  /** Stopping the old is the end of a run here and the beginning in the document. */
  readonly doneBy: RunStep;
}

export type RiskLevel = "None" | "Low" | "Low-Medium" | "Medium" | "Medium-High" | "High";

export interface Risk {
  readonly level: RiskLevel;
  /** The document's reason, in its words. */
  readonly because: string;
}

/** One of the 11 phases of the simplification, as the document's per-phase rollback procedure describes it. */
export interface Phase {
  readonly number: number;
  readonly title: string;
  /** When to roll it back. */
  readonly triggers: readonly string[];
  /** Relative to the application's repository, a folder ends with a slash, `*` stands for one name. */
  readonly gitPaths: readonly string[];
  /** The part of docker-compose.yml that goes back as well. */
  readonly composePart: ComposePart | null;
  /** Unprefixed names of the services that it restarts, replaces, adds or removes, besides phase 1's. */
  readonly services: readonly string[];
  /** Unprefixed names of the volumes that it restores. */
  readonly volumes: readonly string[];
  readonly steps: readonly DocumentStep[];
  /** The document's checkboxes, word for word. */
  readonly validation: readonly string[];
  /** Null for phase 11, which changes nothing. */
  readonly risk: Risk | null;
  /** As the decision matrix has it for this phase; null where it has none. */
  readonly duration: string | null;
  /** What the document says instead of a procedure. */
  readonly note: string | null;
}

type Stated = "number" | "title" | "triggers" | "steps" | "validation" | "risk";

/** Completes a phase that restores no more than it says. */
export function phase(parts: Pick<Phase, Stated> & Partial<Phase>): Phase {
  return {
    gitPaths: [],
    composePart: null,
    services: [],
    volumes: [],
    duration: null,
    note: null,
    ...parts,
  };
}

/** A step of the document and the step of a run that does it. */
export function step(doneBy: RunStep, text: string): DocumentStep {
  return { text, doneBy };
}
