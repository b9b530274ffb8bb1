import type { StackName } from "../../plan/application/topology";

/** What one entry of the log says (document: post-rollback actions, step 1). */
export interface RollbackLogEntry {
  readonly number: number;
  /** When it ended: ISO 8601, UTC. */
  readonly endedAt: string;
  readonly reason: string | null;
  readonly from: StackName | null;
  readonly to: StackName;
  /** What is live now; null for a change that failed back or was aborted: what was live before it still is. */
  readonly reached: Reached | null;
  /** Further lines, for example what was left behind; each one sentence. */
  readonly notes: readonly string[];
  /** Emergency contacts by role; the head of the log names them (document: emergency contacts). */
  readonly contacts: Readonly<Record<string, string>>;
}

export interface Reached {
  /** Phases that are rolled back now, ascending; none is the simplified state. */
  readonly phases: readonly number[];
  /** Whether these are all that there are. */
  readonly fullRollback: boolean;
  /** Commit that the live side now runs. */
  readonly commit: string;
  /** Source of each governed volume, by its name. */
  readonly sources: Readonly<Record<string, string>>;
}

const TITLE = "# Rollback log";
const CONTACTS_BEGIN = "<!-- emergency contacts: written from the configuration -->";
const CONTACTS_END = "<!-- end of emergency contacts -->";
const NO_REASON = "- Reason: not given";

/** The log's text with the entry at its end and the contacts as configured now; unchanged if the number has an entry. */
export function withEntry(text: string, entry: RollbackLogEntry): string {
  if (hasEntry(text, entry.number)) return text;
  const head = withContacts(text.trim() === "" ? `${TITLE}\n` : text, entry.contacts);
  return `${head.trimEnd()}\n\n${entryText(entry)}`;
}

/**
 * The log's text with a reason that was told later; unchanged if the number has no entry, or has this reason. A reason that was given
 * before stays.
 */
export function withReason(text: string, number: number, reason: string): string {
  const lines = text.split("\n");
  const heading = lines.findIndex((line) => line.startsWith(`${headingOf(number)}:`));
  if (heading < 0) return text;
  const told = `- Reason: ${oneLine(reason)}`;
  const end = lines.findIndex((line, index) => index > heading && line.startsWith("## "));
  const own = lines.slice(heading, end < 0 ? undefined : end);
  if (own.includes(told)) return text;
  const reasons = own.filter((line) => line.startsWith("- Reason: "));
  const last = heading + own.lastIndexOf(reasons.at(-1) ?? own[1] ?? "");
  const replaced = lines[last] === NO_REASON;
  return [...lines.slice(0, replaced ? last : last + 1), told, ...lines.slice(last + 1)].join("\n");
}

function hasEntry(text: string, number: number): boolean {
  return text.split("\n").some((line) => line.startsWith(`${headingOf(number)}:`));
}

function entryText({
  number,
  endedAt,
  reason,
  from,
  to,
  reached,
  notes,
}: RollbackLogEntry): string {
  const told = oneLine(reason ?? "");
  return [
    `${headingOf(number)}: ${from ?? "nothing deployed"} to ${to}${reached === null ? ", not reached" : ""}`,
    "",
    `- Rollback ${reached === null ? "attempted" : "performed"}: ${endedAt}`,
    told === "" ? NO_REASON : `- Reason: ${told}`,
    ...(reached === null ? [] : reachedLines(reached)),
    ...notes.map((note) => `- ${oneLine(note)}`),
    "- To do: analyse the root cause (logs, point of failure, lessons learned), plan the fix, retry if appropriate",
    "",
  ].join("\n");
}

function reachedLines({ phases, fullRollback, commit, sources }: Reached): readonly string[] {
  const sorted = Object.entries(sources).sort(([one], [other]) => (one < other ? -1 : 1));
  return [
    `- Phases rolled back: ${phasesText(phases, fullRollback)}`,
    `- Release: ${commit}`,
    "- Data:",
    ...sorted.map(([volume, source]) => `  - ${volume}: ${source}`),
  ];
}

function headingOf(number: number): string {
  return `## Change ${number}`;
}

function phasesText(phases: readonly number[], fullRollback: boolean): string {
  if (phases.length === 0) return "none";
  const list = phases.join(", ");
  return fullRollback ? `${list} (full rollback)` : list;
}

function withContacts(text: string, contacts: Readonly<Record<string, string>>): string {
  const lines = Object.entries(contacts).map(
    ([role, who]) => `- ${oneLine(role)}: ${oneLine(who)}`,
  );
  if (lines.length === 0) return text;
  const section = [CONTACTS_BEGIN, "## Emergency contacts", "", ...lines, "", CONTACTS_END];
  const begin = text.indexOf(CONTACTS_BEGIN);
  const end = text.indexOf(CONTACTS_END);
  if (begin >= 0 && end > begin) {
    return text.slice(0, begin) + section.join("\n") + text.slice(end + CONTACTS_END.length);
  }
  return afterTitle(text, section.join("\n"));
}

function afterTitle(text: string, section: string): string {
  const lines = text.split("\n");
  const title = lines.findIndex((line) => line.startsWith("# "));
  const head = lines.slice(0, title + 1);
  const rest = lines
    .slice(title + 1)
    .join("\n")
    .trim();
  return [...head, ...(head.length > 0 ? [""] : []), section, "", rest].join("\n");
}

/** A reason is free text: it must not be able to forge a heading or a marker. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").replaceAll("<!--", "<! --").trim();
}
