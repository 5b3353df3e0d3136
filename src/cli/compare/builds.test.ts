/** Two builds of a service: its own change, and that of what tracing adds. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "../../base/random.ts";
import type { TrialRecord } from "../../record/trial-record.ts";
import { normal } from "../../record/records.fixture.ts";
import { syntheticRecord, syntheticResults } from "../../estimate/synthetic.fixture.ts";
import { isOfCost } from "../../estimate/compare.ts";
import { planOfBuilds } from "../../plan/plan.ts";
import { DEFAULT_THRESHOLDS } from "../../record/metric.ts";
import { changeOfDifference } from "../../report/format.ts";
import { buildComparison } from "../../report/comparison/comparison.ts";
import { collectorSpec, samplerSpec } from "../../spec/scenario.ts";
import { reasonOf } from "./compare.ts";
import { comparisonOfBuilds } from "./input.ts";

const BUILDS = ["before", "after"].map((label) => ({ label, commit: `${label}0000000`, packages: "" }));
const ROUNDS = [1, 2, 3, 4, 5, 6];

/** CPU of a request without tracing, and what tracing adds to it, in each build. The machine's speed changes by round. */
function compared(service: readonly [number, number], added: readonly [number, number], drift = 1) {
  const random = seededRandom(3);
  const records = ROUNDS.flatMap((round) => {
    const speed = 1 + 0.2 * (round % 3);
    return BUILDS.flatMap(({ label }, at) =>
      (["none", "always_on"] as const).map((sampler) =>
        drifting(
          syntheticRecord({
            variant: `${sampler} @${label}`,
            round,
            cpu: speed * (service[at]! + (sampler === "none" ? 0 : added[at]!)) * Math.exp(0.002 * normal(random)),
          }),
          (at === 0 ? 1 : drift) * (1 + round / 500),
        ),
      ),
    );
  });
  const results = syntheticResults(records);
  const scenario = { ...results.scenario, samplers: [samplerSpec.parse("always_on")] };
  const parsed = { ...scenario, ...partsOf() };
  const input = comparisonOfBuilds(
    { ...results, scenario: parsed, plan: planOfBuilds(parsed, BUILDS) },
    DEFAULT_THRESHOLDS,
  );
  return { input, report: buildComparison(input), change: input.tracing[0]!.change };
}

/** CPU of the second half of the window over that of the first. */
function drifting({ resources, ...record }: TrialRecord, cpuDrift: number): TrialRecord {
  return { ...record, ...(resources && { resources: { ...resources, cpuDrift } }) };
}

function partsOf() {
  const [variant] = syntheticResults([syntheticRecord({ variant: "always_on", round: 1 })]).plan.variants;
  return {
    collectors: [collectorSpec.parse("none")],
    processors: [variant!.processor!],
    exporters: [variant!.exporter!],
    backends: [variant!.backend!],
  };
}

test("a service that got dearer by itself is named so, and what tracing adds is unchanged", () => {
  const { change, report, input } = compared([100, 216], [50, 50]);
  assert.deepEqual(
    input.comparisons.filter(({ ratio }) => ratio.verdict === "regression").map(({ ratio }) => ratio.metric),
    ["cpuUsPerRequest", "cpuUsPerRequest"],
  );
  assert.match(report.title, /The service itself: \+11\d.*\(regression\)/);
  assert.ok(change.low! < 0 && change.high! > 0 && change.high! - change.low! < 5, JSON.stringify(change));
});

test("tracing that got dearer is named so, and the service itself is equivalent", () => {
  const { change, report } = compared([100, 100], [50, 80]);
  assert.match(report.title, /The service itself: .* \(equivalent\)/);
  // at the mean speed of the machine
  assert.ok(Math.abs(change.center - 30 * (1 * 1.2 * 1.4) ** (1 / 3)) < 2, JSON.stringify(change));
  assert.ok(change.low! > 20);
});

test("verdicts withheld because a build was not steady say so, and the reason names that warning and its fix alone", () => {
  const { input, report } = compared([100, 101], [50, 51], 0.6);
  assert.ok(input.comparisons.filter(isOfCost).every(({ ratio }) => ratio.verdict === "inconclusive"));
  const verdicts = report.tables.flatMap(({ rows }) => rows.map((row) => row.at(-1)!.text));
  assert.deepEqual(
    new Set(verdicts.filter((text) => text.startsWith("inconclusive"))),
    new Set(["inconclusive (unsteady)"]),
  );
  const reason = reasonOf(input, report);
  const codes = new Set(report.warnings.map(({ code }) => code));
  for (const [, code] of reason.matchAll(/`(.+?)`/g)) assert.ok(codes.has(code!), code);
  assert.match(reason, /`unsteady`.*--warmup/);
  assert.doesNotMatch(reason, /rounds/);
});

test("the reason gives the fix that the report's warnings show: that of the commonest case", () => {
  const { input } = compared([100, 101], [50, 51]);
  const first = input.comparisons.find(isOfCost);
  const reasonFor = (...open: readonly (readonly [metric: string, fix: string])[]): string => {
    const comparisons = open.map(([metric, fix], at) => {
      const warnings = [{ code: "inconclusive", message: "not settled", fix }];
      return {
        ...first!,
        ratio: { ...first!.ratio, variant: `v${at}`, metric, verdict: "inconclusive" as const, warnings },
      };
    });
    const all = { ...input, comparisons, variantLabel: (id: string) => id };
    const report = buildComparison(all);
    const reason = reasonOf(all, report);
    assert.ok(reason.endsWith(report.warnings.find(({ code }) => code === "inconclusive")!.cases[0]!.fix), reason);
    return reason;
  };
  const [cpu, p99] = ["cpuUsPerRequest", "responseTimeP99Ms"];
  const quieter = "use a quieter machine";
  assert.match(
    reasonFor([cpu, quieter], [cpu, "--rounds 9"], [cpu, "--rounds 11"], [p99, "--rounds 30"]),
    /--rounds 11$/,
  );
  assert.match(reasonFor([cpu, quieter], [p99, "--rounds 11"]), /quieter machine$/);
});

test("base and change add up to the candidate", () => {
  const { base, candidate, change } = compared([100, 216], [50, 80]).input.tracing[0]!;
  assert.ok(Math.abs(base.center + change.center - candidate.center) < 1e-9);
  assert.ok(change.low! < change.center && change.center < change.high!);
  const rough = [{ center: 203 }, { center: 208 }, { center: 5.1234 }] as const;
  assert.equal(changeOfDifference(...rough), "~+10", "as ~+200 and ~+210 are printed");
});

test("a comparison names the phase without figures, and why trials are invalid, with the fix", () => {
  const { input } = compared([100, 100], [50, 50]);
  const warning = { code: "driver-late", message: "requests left late", fix: "lower --rate", invalidates: true };
  const late = {
    ...syntheticRecord({ variant: input.candidate.records[0]!.trial.variant, round: 1, phase: "latency" }),
    valid: false,
    warnings: [warning],
  };
  const candidate = { ...input.candidate, records: [...input.candidate.records, late] };
  const { caveats, tables, warnings } = buildComparison({ ...input, candidate });
  assert.match(caveats.join("\n"), /Phase latency: no figures/);
  assert.ok(tables.some(({ id }) => id === "failed"));
  assert.deepEqual(
    warnings.filter(({ invalidates }) => invalidates).map(({ cases }) => cases[0]!.fix),
    [warning.fix],
  );
});

test("two files whose none differs far more than a machine drifts are warned of", () => {
  const { input } = compared([100, 216], [50, 50]);
  const [none] = input.comparisons;
  const titles = (ratio: number): string => {
    const moved = { ...none!, ratio: { ...none!.ratio, variant: "none @after", center: ratio } };
    const { title, caveats } = buildComparison({
      ...input,
      design: "moments",
      tracing: [],
      comparisons: [moved],
      variantLabel: (id) => id,
    });
    return [title, ...caveats].join();
  };
  assert.match(titles(2.16), /none itself changed by .*--base/);
  assert.doesNotMatch(titles(1), /rounds/);
  assert.doesNotMatch(titles(1.1), /none itself/);
});
