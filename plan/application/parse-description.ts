import { type Document, isMap, isNode, LineCounter, type Node, parseDocument } from "yaml";
import type { z } from "zod";
import type { Problem } from "../problem";
import { type Description, descriptionSchema } from "./description";

export type ParsedDescription =
  | { readonly ok: true; readonly description: Description }
  | { readonly ok: false; readonly problems: readonly Problem[] };

type Path = readonly PropertyKey[];

/** What is wrong at a place of the description. */
interface Fault {
  readonly path: Path;
  /** Whether it is the key that is wrong, not its value. */
  readonly key?: boolean;
  readonly what: string;
  readonly advice: readonly string[];
}

/** Reads an application's description and collects everything that is wrong with it, each with line and column; `file` is named in them. */
export function parseDescription(text: string, file: string): ParsedDescription {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ pos, message }) => ({
      subject: at(pos[0]),
      what: `is not YAML: ${message}`,
      advice: ["correct it there"],
    }));
    return { ok: false, problems };
  }
  const parsed = descriptionSchema.safeParse(document.toJS());
  const faults = parsed.success
    ? contradictions(parsed.data)
    : parsed.error.issues.flatMap((issue) => faultsOf(issue, document));
  if (parsed.success && faults.length === 0) return { ok: true, description: parsed.data };
  const problems = faults.map((fault) => ({
    subject: at(offsetOf(document, fault)),
    what: `${pathText(fault.path)} ${fault.what}`.trimStart(),
    advice: fault.advice,
  }));
  return { ok: false, problems };
}

/** A value that is not what it has to be, as the person who wrote it reads it. */
function faultsOf(issue: z.core.$ZodIssue, document: Document): readonly Fault[] {
  const { path } = issue;
  if (issue.code === "unrecognized_keys") {
    const advice = ["known keys: docs/description.md", "remove it or correct its spelling"];
    return issue.keys.map((key) => ({
      ...{ path: [...path, key], key: true, advice },
      what: "is not a key that this program knows",
    }));
  }
  if (issue.code === "invalid_key") {
    const advice = issue.issues.map(({ message }) => message);
    return [{ path, key: true, what: "is not a possible key", advice }];
  }
  const found: unknown = document.getIn([...path], true);
  if (found === undefined) {
    return [{ path, what: "is missing", advice: [`it ${expected(issue)}`] }];
  }
  const value = valueText(isNode(found) ? found.toJS(document) : found);
  return [{ path, what: "is not valid", advice: [`found ${value}, it ${expected(issue)}`] }];
}

/** What is allowed, as the end of a sentence that begins with "it". */
function expected(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_type") return `must be of type ${issue.expected}`;
  if (issue.code === "invalid_value") {
    const { values } = issue;
    return `must be ${values.length > 1 ? "one of " : ""}${values.map(String).join(", ")}`;
  }
  if (issue.code === "too_small") return `must have at least ${issue.minimum}`;
  if (issue.code === "invalid_union") {
    return "must be one of the kinds that docs/description.md has";
  }
  return issue.message;
}

/** What each part may say, but not together with the others. */
function contradictions(description: Description): readonly Fault[] {
  return [
    ...phaseOrder(description),
    ...unknownPhases(description),
    ...unknownStores(description),
    ...counterpartFaults(description),
    ...repeatedScenarios(description),
  ];
}

/** Flags, scenarios and the document call a phase by its number. */
function phaseOrder({ phases }: Description): readonly Fault[] {
  return phases.flatMap(({ number }, index) => {
    const path = ["phases", index, "number"];
    const first = phases.findIndex((phase) => phase.number === number);
    if (first !== index) {
      return [
        {
          path,
          what: `is ${number}, as that of "${phases[first]?.title ?? ""}"`,
          advice: ["give every phase a number of its own"],
        },
      ];
    }
    return number === index + 1
      ? []
      : [
          {
            path,
            what: "is out of order",
            advice: [
              `found ${number}, expected ${index + 1}: phases stand in ascending order, from 1 and without a gap`,
            ],
          },
        ];
  });
}

function unknownPhases(description: Description): readonly Fault[] {
  const known = description.phases.map(({ number }) => number);
  const references: readonly (readonly [path: Path, number: number])[] = [
    [["documentationPhase"], description.documentationPhase],
    ...description.scenarios.flatMap((scenario, index) =>
      (["rolledBackPhases", "phases"] as const).flatMap((key) =>
        scenario[key].map((number, at) => [["scenarios", index, key, at], number] as const),
      ),
    ),
    ...description.decisionMatrix.flatMap(({ scope }, index) =>
      scope.kind === "phase"
        ? [[["decisionMatrix", index, "scope", "phase"], scope.phase] as const]
        : [],
    ),
  ];
  return references
    .filter(([, number]) => !known.includes(number))
    .map(([path, number]) => ({
      path,
      what: `names phase ${number}, which is not described`,
      advice: [`described are ${known.join(", ")}`, "correct the number, or describe that phase"],
    }));
}

function unknownStores({
  stores,
  archives,
  counterparts,
  phases,
  fullRollback,
}: Description): readonly Fault[] {
  const known = Object.keys(stores);
  const references: readonly (readonly [path: Path, store: string])[] = [
    ...Object.entries(counterparts.volumes).flatMap(([earlier, simplified]) => {
      const path = ["counterparts", "volumes", earlier];
      return [
        [path, earlier],
        [path, simplified],
      ] as const;
    }),
    ...Object.entries(archives).map(([archive, store]) => [["archives", archive], store] as const),
    ...phases.flatMap(({ volumes, effect }, index) => [
      ...volumes.map((store, at) => [["phases", index, "volumes", at], store] as const),
      ...(effect?.volumes ?? []).map(
        ({ volume }, at) => [["phases", index, "effect", "volumes", at, "volume"], volume] as const,
      ),
    ]),
    ...fullRollback.volumes.map((store, at) => [["fullRollback", "volumes", at], store] as const),
  ];
  return references
    .filter(([, store]) => !known.includes(store))
    .map(([path, store]) => ({
      path,
      what: `names the volume "${store}", which is not among the stores`,
      advice: [
        `stores are ${known.join(", ")}`,
        "correct the name, or add it to stores with its kind",
      ],
    }));
}

function counterpartFaults({ counterparts }: Description): readonly Fault[] {
  return (["services", "volumes"] as const).flatMap((key) => {
    const pairs = Object.entries(counterparts[key]);
    return pairs.flatMap(([earlier, simplified], index) => {
      const path = ["counterparts", key, earlier];
      const twice = pairs
        .slice(0, index)
        .flat()
        .find((name) => name === earlier || name === simplified);
      if (earlier === simplified)
        return [{ path, what: "names itself", advice: ["leave out what both sides call alike"] }];
      return twice === undefined
        ? []
        : [
            {
              path,
              what: `names "${twice}" once more`,
              advice: ["each has one counterpart at most: keep one of the two"],
            },
          ];
    });
  });
}

function repeatedScenarios({ scenarios }: Description): readonly Fault[] {
  return scenarios.flatMap(({ name }, index) =>
    scenarios.findIndex((scenario) => scenario.name === name) === index
      ? []
      : [
          {
            path: ["scenarios", index, "name"],
            what: `is "${name}" once more`,
            advice: ["config `scenario` calls it by its name: give every scenario its own"],
          },
        ],
  );
}

/** Where a fault is in the text: what is missing is missing from the nearest thing that is there. */
function offsetOf(document: Document, { path, key = false }: Fault): number {
  if (key) {
    const within: unknown = document.getIn(path.slice(0, -1), true);
    const pair = isMap(within)
      ? within.items.find((item) => String(item.key) === String(path.at(-1)))
      : undefined;
    if (isNode(pair?.key)) return startOf(pair.key);
  }
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isNode(node)) return startOf(node);
  }
  return document.contents === null ? 0 : startOf(document.contents);
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

/** As a person writes it: `phases[2].risk.level`. */
function pathText(path: Path): string {
  return path
    .map((part, index) =>
      typeof part === "number" ? `[${part}]` : `${index === 0 ? "" : "."}${String(part)}`,
    )
    .join("");
}

function valueText(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
