import { beforeCutover, type Check, checksOfSide } from "../../plan/checks";
import type { CheckResult } from "../../plan/checks/result";
import type { CheckSettings } from "../../plan/checks/settings";
import { type Verdict, verdictOf } from "../../plan/checks/verdict";
import { failureText } from "../../plan/run/failure-texts";
import { type FailurePoint, onFailure } from "../../plan/run/on-failure";
import type { Topology } from "../../plan/application/topology";
import type { ChangeRequest } from "../../plan/model/wanted";
import { runChecks } from "../../checks/run";
import { type HostContext, reportingOf } from "../../host/context";
import { startMissing, waitHealthy } from "../edge/health";
import { readResults, writeResults } from "./results-file";
import { sinceChange } from "./since";

export interface ValidationInput {
  readonly request: ChangeRequest;
  readonly checks: CheckSettings;
  /** Names of checks whose failure does not hold the change up. */
  readonly accept: readonly string[];
}

/** Gates failed; the message says which, and what that means for the change. */
export class GatesFailedError extends Error {
  constructor(
    message: string,
    readonly verdict: Verdict,
  ) {
    super(message);
    this.name = "GatesFailedError";
  }
}

/** The checks of one change (document: validation of every phase): inside the staged side first, the others once its edge serves. */
export class Validation {
  private readonly topology: Topology;
  private readonly checks: readonly Check[];
  private readonly found = new Map<string, CheckResult>();

  private constructor(
    private readonly context: HostContext,
    private readonly input: ValidationInput,
    private readonly before: readonly CheckResult[],
  ) {
    const { rolledBackPhases, topology } = input.request.wanted;
    this.topology = topology;
    this.checks = checksOfSide(rolledBackPhases, context.application.phases);
  }

  static async of(context: HostContext, input: ValidationInput): Promise<Validation> {
    const before = await readResults(context, input.request.number, "checks-before.json");
    return new Validation(context, input, before ?? []);
  }

  /** Only while another side serves can this one be refused without anybody noticing. @throws GatesFailedError if it must be. */
  async staged(): Promise<void> {
    const { request } = this.input;
    const outcome = onFailure(request, "stagedSide");
    if (outcome.state !== "open") return;
    const verdict = await this.look(beforeCutover(this.checks), "staged side");
    if (verdict.failedGates.length === 0) return;
    throw new GatesFailedError(failureText(request, outcome, verdict.failedGates), verdict);
  }

  /** Starts what acts by itself and looks at everything that has not been looked at yet; asked again it says the same. */
  async serving(): Promise<Verdict> {
    const selfActing = this.topology.services.filter(
      ({ startPolicy }) => startPolicy === "selfActing",
    );
    await startMissing(this.context, selfActing);
    await waitHealthy(this.context, this.topology.services);
    const left = this.checks.filter(({ name }) => !this.found.has(name));
    return left.length === 0 ? this.verdict() : this.look(left, "new side");
  }

  /** @throws GatesFailedError when the old side has to serve again. */
  async mayStay(): Promise<void> {
    const verdict = await this.serving();
    if (verdict.failedGates.length > 0) throw new GatesFailedError(verdict.summary, verdict);
  }

  /** For a side that stays, once its record is closed: a repeated run validates again. @throws GatesFailedError */
  tellKept(verdict: Verdict, where: FailurePoint): void {
    if (verdict.failedGates.length === 0) return;
    const { request } = this.input;
    const text = failureText(request, onFailure(request, where), verdict.failedGates);
    throw new GatesFailedError(text, verdict);
  }

  private async look(checks: readonly Check[], side: string): Promise<Verdict> {
    const { request, checks: settings } = this.input;
    const { number, wanted } = request;
    const run = {
      checks,
      topology: this.topology,
      wanted,
      settings,
      since: await sinceChange(this.context, request),
      earlierCommit: wanted.refs.earlier,
    };
    const results = await runChecks(reportingOf(this.context, side), run);
    for (const result of results) this.found.set(result.check.name, result);
    await writeResults(this.context, number, "checks.json", this.inOrder());
    return this.verdict();
  }

  private verdict(): Verdict {
    return verdictOf(this.before, this.inOrder(), this.input.accept);
  }

  private inOrder(): readonly CheckResult[] {
    return this.checks.flatMap(({ name }) => this.found.get(name) ?? []);
  }
}
