/** The interval of a change of p99 under stalls, against worlds whose truth is known. All seeds are fixed. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seededRandom, type Random } from "../base/random.ts";
import { effectiveEpisodes } from "../fidelity/slow-episodes.ts";
import { mergeHistograms, quantile, type Histogram } from "./statistics/histogram.ts";
import { LEAST_EPISODES, episodesBeyond, quantileChange, type QuantileRound } from "./statistics/quantile-change.ts";
import { interval } from "./statistics/student.ts";
import { normal } from "./synthetic.fixture.ts";

const PER_SECOND = 200;
const ROUNDS = 6;
const RUNS = 40;

interface World {
  readonly windowS: number;
  readonly stallS: number;
  readonly everyS: number;
}

/** 1 ms lognormal; a stall begins every half to one and a half `everyS`, and holds what is due in it until it ends. */
function roundOf(random: Random, { windowS, stallS, everyS }: World, factor: number): QuantileRound {
  const count = windowS * PER_SECOND;
  const [intendedUs, responseTimeUs] = [new Float64Array(count), new Float64Array(count)];
  let start = -everyS * random();
  for (let i = 0; i < count; i++) {
    const at = (i + random()) / PER_SECOND;
    while (start + stallS < at) start += everyS * (0.5 + random());
    const held = start <= at ? start + stallS - at : 0;
    intendedUs[i] = at * 1e6;
    responseTimeUs[i] = Math.round(1000 * factor * Math.exp(0.4 * normal(random)) + held * 1e6);
  }
  return { histogram: histogramOf(responseTimeUs), episodes: effectiveEpisodes({ intendedUs, responseTimeUs }) };
}

function histogramOf(valuesUs: Float64Array): Histogram {
  const values = valuesUs.toSorted();
  return mergeHistograms([{ values, counts: values.map(() => 1), total: values.length }]);
}

function p99Of(random: Random, world: World, factor: number): number {
  return quantile(roundOf(random, { ...world, windowS: 10_000 }, factor).histogram, 0.99);
}

describe("the change of p99", () => {
  for (const [stallMs, everyS] of [
    [40, 6],
    [40, 10],
    [150, 6],
    [150, 10],
  ] as const) {
    for (const windowS of [4, 20]) {
      it(`covers the truth in 90 % of runs or mostly has no interval: stalls of ${stallMs} ms every ${everyS} s, windows of ${windowS} s`, () => {
        const random = seededRandom(2026 + stallMs + everyS);
        const stalls = { windowS, stallS: stallMs / 1000, everyS };
        const calm = { windowS, stallS: 0, everyS: 1e9 };
        const truth = Math.log(p99Of(random, stalls, 1.09) / p99Of(random, calm, 1));
        let [printed, covered] = [0, 0];
        for (let run = 0; run < RUNS; run++) {
          const own = Array.from({ length: ROUNDS }, () =>
            roundOf(random, stalls, 1.09 * Math.exp(0.03 * normal(random))),
          );
          const base = Array.from({ length: ROUNDS }, () => roundOf(random, calm, Math.exp(0.03 * normal(random))));
          if (Math.min(episodesBeyond(own, 0.99), episodesBeyond(base, 0.99)) < LEAST_EPISODES) continue;
          printed++;
          const { low, high } = interval(quantileChange(own, base, 0.99, Math.log), 0.95)!;
          covered += Number(low <= truth && truth <= high);
        }
        // four seconds cannot show stalls every ten seconds that decide p99: such a run mostly has no interval
        if (windowS === 4 && stallMs === 150) assert.ok(printed <= RUNS / 4, `${printed} have an interval`);
        else assert.ok(covered >= 0.9 * printed, `covered ${covered} of ${printed}`);
        if (windowS === 20) assert.ok(printed > RUNS / 2, `${printed} have an interval`);
      });
    }
  }

  it("has no interval if one stall decides it, and says how many episodes there are", () => {
    const random = seededRandom(1);
    const calm = { windowS: 4, stallS: 0, everyS: 1e9 };
    const rounds = Array.from({ length: ROUNDS }, () => roundOf(random, calm, 1));
    const stalled = [roundOf(random, { windowS: 4, stallS: 0.6, everyS: 3 }, 1), ...rounds.slice(1)];
    assert.ok(episodesBeyond(stalled, 0.99) < LEAST_EPISODES);
    assert.ok(episodesBeyond(rounds, 0.99) >= LEAST_EPISODES);
  });
});
