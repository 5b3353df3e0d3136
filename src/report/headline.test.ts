/** The first sentence of a report. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TrialRecord } from "../record/trial-record.ts";
import { fidelityOf } from "../record/records.fixture.ts";
import { cost } from "../estimate/picked.fixture.ts";
import { syntheticResults } from "../estimate/synthetic.fixture.ts";
import { buildReport } from "./build.ts";
import { changed, fixtureEstimates, fixtureReport } from "./report.fixture.ts";

/** Its ledger as of a run that lost nothing. */
function clearedOf({ ledger }: TrialRecord): Partial<TrialRecord> {
  if (ledger === undefined) return {};
  const { queueFull, exported, received } = ledger;
  return { ledger: { ...ledger, queueFull: 0, exported: exported + queueFull, received: received + queueFull } };
}

const SWEEP = ["ratio:0.1", "ratio:0.01", "tail:errors"];

test("one variant: cost with its interval, what was kept, what was lost", () => {
  const { title } = fixtureReport();
  assert.match(
    title,
    /^ratio:0\.1: \+4\d\.\d ±\d\.\d µs CPU per request = 0\.04\d+ ±0\.00\d+ cores per 1,000 requests\/s \(\+1\d\.\d ±\d\.\d % at [\d,]+ requests\/s\)/,
  );
  assert.match(title, /; always_on: \+13\d\.\d ±\d\.\d µs, so ratio:0\.1 saves 9\d\.\d ±\d\.\d µs of that;/);
  assert.match(title, /failed requests kept; 0 of [\d,]+ sampled spans lost\.$/);
});

test("a run of one phase alone has what it measured in its headline, with the phase", () => {
  for (const phase of ["profile", "latency"] as const)
    for (const samplers of [["ratio:0.1"], SWEEP]) {
      const { title } = fixtureReport({ samplers, phases: [phase] });
      const cost = new RegExp(`ratio:0\\.\\d+.*\\+[\\d.]+ \\S+ µs CPU per request .*requests/s in the phase ${phase}`);
      assert.match(title, cost);
    }
  assert.doesNotMatch(fixtureReport().title, /in the phase/);
});

test("several variants without CPU at a given rate are each named with what they carry at capacity", () => {
  const { title } = fixtureReport({ samplers: [...SWEEP, "ratio:0.5"], phases: ["capacity"] });
  for (const variant of SWEEP)
    assert.match(title, new RegExp(`${variant}: [\\d,]+ ±\\d+ requests/s at capacity, −\\d.* kept`));
  assert.match(title, /; and 1 more; always_on: /);
  const invalid = changed((record) => ({ ...record, valid: record.trial.variant === "none" }));
  assert.match(
    fixtureReport({ samplers: SWEEP, phases: ["capacity"] }, invalid).title,
    /no valid trial of|without a known cost/,
  );
});

test("what too few rounds leave untested is no finding, although it has an interval", () => {
  const { title } = fixtureReport(
    { rounds: 6 },
    changed((record) => {
      const { variant, round, phase } = record.trial;
      return variant === "ratio:0.1" && phase === "cost" && round > 3 ? { ...record, valid: false } : record;
    }),
  );
  const [cost, saving] = title.split("; ");
  for (const clause of [cost!, saving!]) assert.match(clause, /±.*\(no verdict: 3 rounds\)$/);
  assert.doesNotMatch(fixtureReport({ rounds: 6 }).title, /no verdict/);
});

test("a variant that costs more than always_on saves nothing", () => {
  const dear = changed((record) => {
    const { trial, resources } = record;
    if (trial.variant !== "ratio:0.1" || resources === undefined) return record;
    return { ...record, resources: { ...resources, cpuUsPerRequest: 2 * resources.cpuUsPerRequest } };
  });
  assert.match(fixtureReport({}, dear).title, /always_on: \+\S+ \S+ µs, and ratio:0\.1 takes [\d.]+ \S+ µs more/);
});

test("losses that one phase alone counts are named with it", () => {
  const { title } = fixtureReport(
    {},
    changed(({ ledger, ...record }) => (record.trial.phase === "latency" ? { ...record, ledger } : record)),
  );
  assert.match(title, /0 of [\d,]+ sampled spans lost in the phase latency, unknown in the others\.$/);
});

test("if a variant beside the one that was asked for lost spans, the headline names it, and a line under it counts them", () => {
  const lost = { lostAtCapacity: 0.1 };
  const isReference = ({ trial }: TrialRecord) => trial.variant === "always_on";
  const spared = changed((record) => (isReference(record) ? record : { ...record, ...clearedOf(record) }));
  const report = fixtureReport(lost, spared);
  assert.match(report.title, /; 0 of [\d,]+ sampled spans lost; always_on lost 10 % at capacity\.$/);
  assert.deepEqual(report.caveats, ["Spans lost in the phase capacity: always_on 1,440 of 14,400 (10 %)."]);
  assert.deepEqual(fixtureReport().caveats, []);
});

test("each of several variants that lost spans is counted on the first screen, by phase", () => {
  const samplers = [...SWEEP, "ratio:0.5", "ratio:0.6", "ratio:0.7", "ratio:0.8"];
  const { caveats } = fixtureReport({ samplers: SWEEP, lostAtCapacity: 0.1 });
  for (const sampler of ["always_on", ...SWEEP])
    assert.match(caveats.join(), new RegExp(`phase capacity: .*${sampler} \\d[\\d,]* of [\\d,]+ \\(`));
  assert.match(fixtureReport({ samplers, lostAtCapacity: 0.1 }).caveats.join(), /; and 2 more variants/);
});

test("several variants: the cheapest and always_on, each with what it kept, and who lost spans where", () => {
  const { title } = fixtureReport({ samplers: SWEEP, lostAtCapacity: 0.1 });
  assert.match(title, /^Cheapest of 3: ratio:0\.01, \+.* kept; always_on: \+.* kept; spans lost .*at capacity/);
});

test("what traces nothing or keeps no trace is not counted among the variants, unless there is nothing else", () => {
  const { title } = fixtureReport({ samplers: ["ratio:0.1", "ratio:0.01", "always_off", "noop"] });
  assert.match(title, /^Cheapest of 2: ratio:0\.01/);
  assert.match(fixtureReport({ samplers: ["ratio:0.1", "noop"] }).title, /^ratio:0\.1: /);
  assert.match(fixtureReport({ samplers: ["always_off", "noop"] }).title, /^Cheapest of 2: /);
});

test("variants that a service with an SDK of its own does not obey are named first", () => {
  const fixed = (variant: string, trials: (round: number) => boolean) =>
    changed((record) => {
      const warnings = [{ code: "kept-share", message: "root spans of 300 of 300 requests arrived", fix: "none" }];
      const { trial } = record;
      return trial.variant === variant && trials(trial.round) ? { ...record, warnings } : record;
    });
  const named = /^The service ignores ratio:0\.1 \(kept-share\);/;
  for (const samplers of [["ratio:0.1"], SWEEP]) {
    assert.match(
      fixtureReport(
        { samplers },
        fixed("ratio:0.1", () => true),
      ).title,
      named,
    );
    const once = fixed("ratio:0.1", (round) => round === 1);
    assert.doesNotMatch(fixtureReport({ samplers }, once).title, named);
  }
});

test("a change that is inconclusive is never given without the word", () => {
  const noisy = changed((record) => {
    const { trial, resources } = record;
    const factor = trial.variant === "none" ? 1 : 0.6 + 0.3 * (trial.round % 4);
    return resources === undefined ? record : { ...record, resources: { ...resources, cpuUsPerRequest: 240 * factor } };
  });
  for (const samplers of [["ratio:0.1"], SWEEP]) {
    const { title } = fixtureReport({ samplers }, noisy);
    assert.match(title, /requests\/s\) against no tracing \(inconclusive\)/);
    if (samplers === SWEEP) assert.match(title, /^Cheapest of 3: \S+ \((inconclusive against|equivalent to) \S+\),/);
  }
});

test("the cheapest of two is named with the other one if their order is not settled, whichever is the cheaper", () => {
  const pair = ["always_on", "ratio:0.1"];
  for (const [cheaper, other] of [pair, pair.toReversed()]) {
    const tied = changed((record) => {
      const { trial, resources } = record;
      const cost = (trial.variant === "none" ? 240 : 400) * (1 + 0.1 * (trial.round % 4));
      const more = trial.variant === other ? 1 + 0.01 * ((trial.round % 3) - 0.9) : 1;
      return resources === undefined
        ? record
        : { ...record, resources: { ...resources, cpuUsPerRequest: cost * more } };
    });
    const { title } = fixtureReport({ samplers: ["always_on", "ratio:0.1"] }, tied);
    assert.match(title, new RegExp(`^Cheapest of 2: ${cheaper} \\((inconclusive against|equivalent to) ${other}\\),`));
  }
});

test("if all CPU decides nothing between the two cheapest, what their main threads decide is named", () => {
  const blurred = (mainThreadOf: (variant: string, round: number) => number) =>
    changed((record) => {
      const { trial, resources } = record;
      const noise = trial.variant === "ratio:0.1" ? 0.2 * (trial.round % 3) : 0.2 * ((trial.round + 1) % 3);
      const cpuUsPerRequest = trial.variant === "none" ? 240 : 400 * (1 + noise);
      const mainThreadUsPerRequest = mainThreadOf(trial.variant, trial.round);
      return resources === undefined
        ? record
        : { ...record, resources: { ...resources, cpuUsPerRequest, mainThreadUsPerRequest } };
    });
  const options = { samplers: ["always_on", "ratio:0.1"] };
  const decided = blurred((variant, round) => (variant === "ratio:0.1" ? 300 : 360) + (round % 2));
  assert.match(
    fixtureReport(options, decided).title,
    /\(inconclusive against \S+, but ratio:0\.1's main thread is cheaper\)/,
  );
  const open = blurred((variant, round) => 300 * (1 + 0.2 * ((round + (variant === "ratio:0.1" ? 0 : 1)) % 3)));
  assert.match(fixtureReport(options, open).title, /\(inconclusive against \S+\)/);
});

test("with too few rounds for a verdict, the cheapest has none against the next", () => {
  const { title } = fixtureReport({ samplers: SWEEP, rounds: 2 });
  assert.match(title, /^Cheapest of 3: \S+ \(no verdict against \S+\),/);
});

test("none kept of a few failed requests is a count with its interval, or without and then with the reason", () => {
  const none = changed((record) => ({ ...record, ...(record.fidelity && { fidelity: fidelityOf(300, 0) }) }));
  assert.match(fixtureReport({}, none).title, /; 0 of \d+ failed requests \[0, [\d.]+ %\] kept;/);
  assert.match(fixtureReport({ rounds: 2 }, none).title, /; ~0 of \d+ failed requests kept \(no interval: 2 rounds\);/);
});

test("of versions of Node, each with its own baseline, the cheapest is what adds the fewest µs", () => {
  const at = (us: number): number[] => [1, 1.2, 0.9, 1.1].map((speed) => speed * us);
  const records = [
    ...cost("none old", at(100)),
    ...cost("always_on old", at(160)),
    ...cost("none new", at(50)),
    ...cost("always_on new", at(95)),
  ];
  const results = syntheticResults(records);
  const variants = results.plan.variants.map((variant) => ({
    ...variant,
    node: variant.id.endsWith("old") ? "22.1.0" : "24.1.0",
  }));
  const run = { ...results, plan: { ...results.plan, variants } };
  const estimates = fixtureEstimates(run);
  assert.match(buildReport(run, estimates).title, /^Cheapest of 2: always_on node 24\.1\.0 \(not tested .*, \+4\d/);
});

test("a report of two commits names the command that judges them", () => {
  const builds = ["base", "candidate"].map((label) => ({ label, ref: label, commit: label })) as never;
  const report = fixtureReport({}, (results) => ({ ...results, plan: { ...results.plan, builds } }));
  assert.ok(report.caveats.some((caveat) => caveat.includes("compare FILE")));
  assert.ok(fixtureReport().caveats.every((caveat) => !caveat.includes("compare FILE")));
});
