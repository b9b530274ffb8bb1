import assert from "node:assert/strict";
import type { Observed } from "../../plan/model/observed";
import { planFor } from "../../plan/run/plan";
import type { Settings } from "../../plan/settings/settings";
import { ModelHost } from "../support/model-host";
import { COMMITS, settingsFor } from "../support/model-settings";
import { earlierSide, messageOf, requestOf, simplifiedSide } from "../support/plans";

const PRE = "pre-simplification";

const ACCEPTED = "validation: full-api may fail and the change stays (accept)";

/** The settings, but for one part of what the checks are told. */
function without(settings: Settings, part: "tenant" | "vin"): Settings {
  return { ...settings, checks: { ...settings.checks, [part]: undefined } };
}

describe("what a plan refuses", () => {
  const live = () => simplifiedSide().observed();
  const cases: readonly [
    what: string,
    settings: Settings,
    observed: () => Observed,
    message: RegExp,
  ][] = [
    [
      "an unknown ref",
      { ...settingsFor(PRE), preRef: "nope" },
      live,
      /"preRef": "nope" is not a commit/,
    ],
    [
      "a missing backup",
      settingsFor(PRE, { backup: "nope" }),
      live,
      /no complete backup "nope"[\s\S]*found b1/,
    ],
    [
      "a missing backup to restore",
      settingsFor("simplified", { restore: "x" }),
      live,
      /config "restore"/,
    ],
    [
      "several tags and no word which",
      settingsFor(PRE),
      () => {
        const observed = new ModelHost().observed();
        const preTags = ["a", "b"].map((name) => ({ name, commit: COMMITS[PRE] }));
        return { ...observed, git: { ...observed.git, preTags } };
      },
      /2 tags pre-simplification-\* exist/,
    ],
    [
      "a live volume that is gone",
      settingsFor("simplified"),
      () => ({ ...live(), volumes: live().volumes.filter((name) => name !== "mvp_postgres_data") }),
      /volume "mvp_postgres_data": the live stack uses it, but it is not on this host[\s\S]*allowEmpty/,
    ],
    [
      "a port in use",
      settingsFor(PRE),
      () => ({ ...live(), foreignPorts: [443] }),
      /port 443 \(traefik\)/,
    ],
    [
      "somebody else's container of a name that it needs",
      settingsFor(PRE),
      () => ({ ...live(), foreignContainers: ["admin-redis", "mvp-redis"] }),
      /container "admin-redis" \(admin-redis\): is there already, and does not belong to this/,
    ],
    [
      "a held lock",
      settingsFor(PRE),
      () => ({
        ...live(),
        lock: { holder: "anna", host: "h", pid: 1, number: 3, since: "now", alive: true },
      }),
      /lock: anna on h has been at work/,
    ],
    [
      "another change than the open one",
      settingsFor("simplified"),
      () => {
        const host = simplifiedSide();
        host.carryOut(host.plan(PRE), 3);
        return host.observed();
      },
      /change 3: to "pre-simplification" is not finished[\s\S]*pulumi up --stack pre-simplification[\s\S]*rollback abort/,
    ],
    [
      "the open change under other settings",
      settingsFor(PRE, { dataSource: "existing" }),
      () => {
        const host = simplifiedSide();
        host.carryOut(host.plan(PRE), 3);
        return host.observed();
      },
      /change 3/,
    ],
    [
      "a rollback without any backup or volume",
      settingsFor(PRE),
      () => {
        const host = new ModelHost();
        host.carryOut(host.plan("simplified"));
        return host.observed();
      },
      /volume "admin_postgres_data": no verified backup/,
    ],
    [
      "an accepted check that does not exist",
      settingsFor(PRE, { accept: ["full-api", "full-vin"] }),
      live,
      /1 problem, nothing was changed\n {2}config "accept": there is no check "full-vin"\n {4}like it: full-vin-decode/,
    ],
    [
      "an address that a check of the side needs",
      without(settingsFor(PRE), "tenant"),
      live,
      /1 problem, nothing was changed\n {2}config "checks.tenant": is missing, and full-tenant-works needs it/,
    ],
  ];
  for (const [what, settings, observed, message] of cases) {
    it(what, () => {
      assert.match(messageOf(settings, observed()), message);
    });
  }

  it("names every problem at once", () => {
    const settings = settingsFor(PRE, { backup: "nope", restore: "nope" });
    assert.match(messageOf(settings, live()), /^cannot do it: 2 problems, nothing was changed/);
    const message = messageOf(settingsFor(PRE), { ...live(), foreignPorts: [80, 443] });
    assert.match(message, /^cannot do it: 2 problems.*\n {2}port 80 .*[\s\S]*\n {2}port 443 /);
  });

  it("names what the validation lacks together with the others", () => {
    const settings = without(settingsFor(PRE, { backup: "nope", accept: ["nope"] }), "vin");
    const message = messageOf(settings, live());
    assert.match(message, /3 problems[\s\S]*"backup"[\s\S]*"accept"[\s\S]*"checks\.vin"/);
  });

  it("asks for no address that only the other side's checks need, nor for one of a check that is skipped", () => {
    const simplified = without(settingsFor("simplified"), "tenant");
    assert.equal(requestOf(simplified, earlierSide().observed()).kind, "switch");
    const { checks, ...rest } = without(settingsFor(PRE), "tenant");
    const skipped = { ...rest, checks: { ...checks, skip: ["full-tenant-works"] } };
    assert.equal(requestOf(skipped, live()).kind, "switch");
  });

  it("lets the open change go on when a failure that has been seen is accepted", () => {
    const host = simplifiedSide();
    host.carryOut(host.plan(PRE), 3);
    const plan = planFor(settingsFor(PRE, { accept: ["full-api"] }), host.observed());
    assert.ok(plan.ok && plan.run === "continue");
    assert.equal(plan.request.settings.accept, undefined);
    assert.ok(plan.description.includes(ACCEPTED));
  });

  it("lets a missing live volume start empty when that is said", () => {
    const observed = live();
    const volumes = observed.volumes.filter((name) => name !== "mvp_redis_data");
    const settings = settingsFor("simplified", { allowEmpty: ["mvp_redis_data"] });
    const { wanted, kind } = requestOf(settings, { ...observed, volumes });
    assert.equal(kind, "inPlace");
    assert.deepEqual(wanted.volumes.mvp_redis_data, { source: "empty", number: 3 });
    assert.equal(wanted.volumes.mvp_postgres_data?.number, 2);
  });
});
