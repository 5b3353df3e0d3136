import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom, type Random } from "../base/random.ts";
import { add, bucketOf, quantile, sorted } from "./latency-buckets.ts";
import { countOf, quantileOf, shareOf, type Interval, type Sums } from "./weighted.ts";

interface Unit {
  readonly failed: boolean;
  readonly bucket: number;
  readonly inclusion: number;
}

/** A fixed population with log-normal latencies; only which of them are kept is chance. */
function population(size: number, failing: number, inclusion: (index: number) => number): Unit[] {
  const random = seededRandom(11);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Array.from({ length: size }, (_, index) => ({
    failed: random() < failing,
    bucket: bucketOf(5000 * Math.exp(0.8 * normal())),
    inclusion: inclusion(index),
  }));
}

const QUANTILES = [0.5, 0.95, 0.99] as const;

interface Sample {
  readonly count: Interval;
  readonly share: Interval | undefined;
  readonly quantiles: readonly (Interval | undefined)[];
}

function sample(units: readonly Unit[], random: Random): Sample {
  const all = { kept: 0, weight: 0, variance: 0 };
  const failed = { ...all };
  const weights = new Map<number, number>();
  for (const unit of units) {
    if (random() >= unit.inclusion) continue;
    const weight = 1 / unit.inclusion;
    for (const sums of unit.failed ? [all, failed] : [all]) {
      sums.kept++;
      sums.weight += weight;
      sums.variance += weight * (weight - 1);
    }
    add(weights, unit.bucket, weight);
  }
  const ordered = sorted(weights);
  return {
    count: countOf(all),
    share: shareOf(all, failed),
    quantiles: QUANTILES.map((p) => quantileOf(ordered, p, all)),
  };
}

/** Draws 1,500 samples and returns the mean of the count, and for each figure how often its interval held the truth. */
function repeat(units: readonly Unit[]): { count: number; coverage: Record<string, number> } {
  const random = seededRandom(3);
  const counts = new Map<number, number>();
  for (const { bucket } of units) add(counts, bucket, 1);
  const truths = QUANTILES.map((p) => quantile(sorted(counts), p)!);
  const failed = units.filter((unit) => unit.failed).length / units.length;
  const coverage: Record<string, number> = {};
  const see = (name: string, interval: Interval | undefined, truth: number): void => {
    if (interval?.low === undefined) return;
    const holds = interval.low <= truth && truth <= interval.high!;
    coverage[name] = (coverage[name] ?? 0) + (holds ? 1 : 0) / REPETITIONS;
  };
  let sum = 0;
  for (let repetition = 0; repetition < REPETITIONS; repetition++) {
    const { count, share, quantiles } = sample(units, random);
    sum += count.estimate;
    see("count", count, units.length);
    see("share", share, failed);
    quantiles.forEach((interval, at) => see(`p${QUANTILES[at]! * 100}`, interval, truths[at]!));
  }
  return { count: sum / REPETITIONS, coverage };
}
const REPETITIONS = 1500;

const designs: readonly [name: string, units: readonly Unit[], claimed: readonly string[]][] = [
  ["a tenth of many", population(10_000, 0.02, () => 0.1), ["count", "share", "p50", "p95", "p99"]],
  ["a tenth of few", population(2000, 0.05, () => 0.1), ["count", "share", "p50", "p95"]],
  ["a hundredth", population(10_000, 0.02, () => 0.01), ["count", "share", "p50"]],
  [
    "a probability for each route",
    population(10_000, 0.03, (index) => (index % 3 === 0 ? 0.1 : 0.2)),
    ["count", "share", "p50", "p95", "p99"],
  ],
  [
    "probabilities far apart",
    population(10_000, 0.03, (index) => (index % 10 === 0 ? 0.05 : 0.5)),
    ["count", "share", "p50", "p95", "p99"],
  ],
  [
    "probabilities far apart, and few failures",
    population(10_000, 0.012, (index) => (index % 3 === 0 ? 0.05 : 0.5)),
    ["count", "share", "p50", "p95", "p99"],
  ],
];

for (const [name, units, claimed] of designs) {
  test(`keeping ${name}: the count is unbiased and 95 % intervals hold the truth in 93 to 97 of 100`, () => {
    const { count, coverage } = repeat(units);
    const error = Math.sqrt(units.reduce((sum, unit) => sum + 1 / unit.inclusion - 1, 0) / REPETITIONS);
    assert.ok(
      Math.abs(count - units.length) < 3.3 * error,
      `mean ${count} of ${units.length}, standard error ${error}`,
    );
    assert.deepEqual(Object.keys(coverage), claimed);
    for (const [figure, share] of Object.entries(coverage)) {
      assert.ok(share >= 0.93 && share <= 0.97, `${figure}: ${share}`);
    }
  });
}

test("if hardly one failure of the heaviest weight is kept, the interval of a share errs to the safe side", () => {
  const units = population(10_000, 0.005, (index) => (index % 3 === 0 ? 0.05 : 0.5));
  const share = repeat(units).coverage["share"]!;
  assert.ok(share >= 0.93 && share <= 0.99, String(share));
});

const sums = (kept: number, weight: number): Sums => ({
  kept,
  weight: kept * weight,
  variance: kept * weight * (weight - 1),
});

test("keeping all leaves no uncertainty", () => {
  assert.deepEqual(countOf(sums(500, 1)), { estimate: 500, low: 500, high: 500 });
  assert.deepEqual(shareOf(sums(500, 1), sums(5, 1)), { estimate: 0.01, low: 0.01, high: 0.01 });
});

test("too few kept claim no interval, and none kept no share", () => {
  assert.deepEqual(countOf(sums(2, 10)), { estimate: 20 });
  assert.deepEqual(shareOf(sums(8, 10), sums(2, 10)), { estimate: 0.25 });
  assert.equal(shareOf(sums(0, 10), sums(0, 10)), undefined);
});

test("no failure among the kept still leaves room for some", () => {
  const { estimate, low, high } = shareOf(sums(200, 10), sums(0, 10))!;
  assert.deepEqual([estimate, low], [0, 0]);
  assert.ok(high! > 0.01 && high! < 0.03, String(high));
});
