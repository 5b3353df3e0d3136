/** The interval of a change of p99 under stalls, against worlds whose truth is known. All seeds are fixed. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seededRandom, type Random } from "../base/random.ts";
import { effectiveEpisodes } from "../fidelity/slow-episodes.ts";
import { histogramOf } from "./picked.fixture.ts";
import { quantile } from "./statistics/histogram.ts";
import {
  LEAST_EPISODES,
  LEAST_SECONDS,
  quantileChange,
  shortageOf,
  type QuantileRound,
} from "./statistics/quantile-change.ts";
import { interval } from "./statistics/student.ts";
import { normal } from "../record/records.fixture.ts";

const PER_SECOND = 200;
const ROUNDS = 6;
const RUNS = 20;

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
  const episodes = effectiveEpisodes({ intendedUs, responseTimeUs });
  return { histogram: histogramOf(responseTimeUs), episodes, seconds: windowS };
}

const CALM = { windowS: 8, stallS: 0, everyS: 1e9 };

/** Of so long a window that it is the truth. */
function p99Of(world: World, factor: number): number {
  return quantile(roundOf(seededRandom(2026), { ...world, windowS: 4000 }, factor).histogram, 0.99);
}

describe("the change of p99", () => {
  const calmP99 = p99Of(CALM, 1);
  for (const [stallMs, everyS] of [
    [40, 6],
    [40, 10],
    [150, 6],
    [150, 10],
  ] as const) {
    const truth = Math.log(p99Of({ ...CALM, stallS: stallMs / 1000, everyS }, 1.09) / calmP99);
    for (const windowS of [8, 20]) {
      it(`covers the truth in 90 % of the runs in which it has an interval: stalls of ${stallMs} ms every ${everyS} s, windows of ${windowS} s`, () => {
        const random = seededRandom(2026 + stallMs + everyS);
        const stalls = { windowS, stallS: stallMs / 1000, everyS };
        const calm = { ...CALM, windowS };
        let [printed, covered] = [0, 0];
        for (let run = 0; run < RUNS; run++) {
          const own = Array.from({ length: ROUNDS }, () =>
            roundOf(random, stalls, 1.09 * Math.exp(0.03 * normal(random))),
          );
          const base = Array.from({ length: ROUNDS }, () => roundOf(random, calm, Math.exp(0.03 * normal(random))));
          if (shortageOf(own, 0.99) !== undefined || shortageOf(base, 0.99) !== undefined) continue;
          printed++;
          const { low, high } = interval(quantileChange(own, base, 0.99, Math.log), 0.95)!;
          covered += Number(low <= truth && truth <= high);
        }
        assert.ok(covered >= 0.9 * printed, `covered ${covered} of ${printed}`);
        if (windowS === 20) assert.ok(printed > RUNS / 2, `${printed} have an interval`);
      });
    }
  }

  it("has no interval if one stall decides it, and says how many episodes there are", () => {
    const random = seededRandom(1);
    const rounds = Array.from({ length: ROUNDS }, () => roundOf(random, CALM, 1));
    const stalled = [roundOf(random, { windowS: 8, stallS: 0.6, everyS: 3 }, 1), ...rounds.slice(1)];
    assert.ok(shortageOf(stalled, 0.99)!.episodes < LEAST_EPISODES);
    assert.equal(shortageOf(rounds, 0.99), undefined);
    assert.equal(shortageOf(stalled, 0.5), undefined, "stalls decide no median");
  });

  it("has no interval from so few seconds that stalls may not have come, and says how much longer to measure", () => {
    const random = seededRandom(1);
    const short = Array.from({ length: ROUNDS }, () => roundOf(random, { ...CALM, windowS: 2 }, 1));
    assert.equal(shortageOf(short, 0.99)!.neededSeconds, LEAST_SECONDS);
  });

  it("takes one stall in each round for no law", () => {
    const random = seededRandom(1);
    const rounds = Array.from({ length: ROUNDS }, (_, at) => {
      const values = Float64Array.from({ length: 1600 }, (_, i) => (i < 30 ? 5000 * (30 - i) : 1000 + at + random()));
      return { histogram: histogramOf(values), episodes: 1, seconds: 8 };
    });
    const { low, high } = interval(quantileChange(rounds, rounds, 0.99, Math.log), 0.95)!;
    assert.ok(high - low > 1, `${low} … ${high}`);
  });
});
