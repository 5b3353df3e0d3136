/** What a calibration measures, section by section. Pure: the wish and earlier sections in, scenario and plan out. */
import { BARE, BURNS, burningOf, TWINS, twinOf } from "../../estimate/calibration.ts";
import { baselineCpuUs, wallMsOf } from "../../estimate/calibration-ratios.ts";
import { rateOf, trialsOfRound, variantsOf } from "../../plan/plan.ts";
import type { LoadPhase, Phase, Plan } from "../../plan/trial.ts";
import type { CalibrationSections } from "../../record/calibration-file.ts";
import type { Results } from "../../record/results.ts";
import { readScenario } from "../../spec/read.ts";
import type { Scenario } from "../../spec/scenario.ts";
import type { Special } from "../../run/setting.ts";

export type SectionName = keyof CalibrationSections;

/** Options as the user gave them. */
export interface CalibrationWish {
  readonly quick: boolean;
  readonly target?: string | undefined;
  readonly seed?: string | undefined;
  readonly rounds?: string | undefined;
}

export interface Section {
  readonly scenario: Scenario;
  readonly plan: Plan;
  readonly special: ReadonlyMap<string, Special>;
  /** In ms. */
  readonly expectedMs: number;
}

interface Size {
  readonly rounds: number;
  readonly warmupMs: number;
  readonly durationMs: number;
}

interface Shape {
  readonly about: string;
  readonly phase: Phase;
  /** Each variant's name, and its sampler. */
  readonly cast: readonly (readonly [name: string, sampler: string])[];
  /** Whether all variants of a round share a block. */
  readonly together: boolean;
  /** Of a calibration that is not quick. */
  readonly size: Size | "as long as side by side";
}

const REFERENCES: Shape["cast"] = TWINS.map((variant) => [variant, variant]);
const ALL_TWINS: Shape["cast"] = TWINS.flatMap((variant) => [
  [variant, variant],
  [twinOf(variant), variant],
]);

/**
 * Its processes are alike: what twins of it differ by is the instrument's own noise. Two processes of a larger service
 * are compiled differently each time, and differ by more than that.
 */
const USUAL_TARGET = "bare:5";
/** So small a service carries more than the usual rate: a window of seconds then holds thousands of requests. */
const USUAL_RATE = "1000/s";

/** 88 s of load in all. The warm-up is the longer part: V8 goes on compiling for four services on one core. */
const NEAR: Size = { rounds: 11, warmupMs: 5500, durationMs: 2500 };
const QUICK: Size = { rounds: 2, warmupMs: 800, durationMs: 1200 };
const SHORTEST_MS = 300;

/** In the order of measuring; about five minutes and a half in all. */
const SHAPES: Readonly<Record<SectionName, Shape>> = {
  sideBySide: {
    about: "Do two equal services show as equal, side by side?",
    phase: "cost",
    cast: ALL_TWINS,
    together: true,
    size: NEAR,
  },
  inSequence: {
    about: "Do two equal services show as equal, one after another?",
    phase: "capacity",
    cast: ALL_TWINS,
    together: false,
    size: "as long as side by side",
  },
  knownTruth: {
    about: "Does a known cost show as what it is, and what do the ledger's wrappers cost?",
    phase: "cost",
    cast: [
      ...REFERENCES,
      ...BURNS.map(({ share }): Shape["cast"][number] => [burningOf(share), "none"]),
      [BARE, "always_on"],
    ],
    together: true,
    size: { rounds: 8, warmupMs: 6000, durationMs: 2500 },
  },
  solo: {
    about: "Is the cost side by side that of a service alone?",
    phase: "cost",
    cast: REFERENCES,
    together: false,
    size: { rounds: 4, warmupMs: 2200, durationMs: 2500 },
  },
};
export const SECTION_NAMES = Object.keys(SHAPES) as SectionName[];

/** Throws a `UserError` for what is wrong with the wish. */
export function sectionOf(name: SectionName, wish: CalibrationWish, earlier: CalibrationSections): Section {
  const { about, phase, cast, together } = SHAPES[name];
  const usual = usualScenario(phase, wish);
  const size = sizeOf(name, wish, earlier);
  const rounds = wish.rounds === undefined ? size.rounds : usual.rounds;
  const scenario: Scenario = {
    ...usual,
    name: `calibration, ${name}`,
    about,
    rounds,
    maxRounds: rounds,
    // also alone at the rate of side by side, since the cost of a request depends on it
    costRatePerSecond: rateOf(usual, "cost", together ? cast.length : ALL_TWINS.length),
    warmupMs: inEveryPhase(size.warmupMs),
    durationMs: inEveryPhase(size.durationMs),
  };
  const [blocks, lanes] = together ? [rounds, cast.length] : [rounds * cast.length, 1];
  const expectedMs = blocks * blockMs(size, lanes);
  return { scenario, plan: planOf(scenario, SHAPES[name]), special: specialsOf(name, earlier), expectedMs };
}

/** Besides its load a block starts, flushes and stops its variants, and all of them on one core. */
function blockMs({ warmupMs, durationMs }: Size, lanes: number): number {
  return warmupMs + durationMs + 300 + 250 * lanes;
}

function usualScenario(phase: Phase, { target, seed, rounds, quick }: CalibrationWish): Scenario {
  const service = target === undefined ? { target: USUAL_TARGET, costRate: USUAL_RATE } : { target };
  const said = Object.entries({ ...service, seed, rounds }).filter(([, text]) => text !== undefined);
  const fields = { ...Object.fromEntries(said), samplers: ["always_on"], phases: [phase] };
  return readScenario(undefined, { fields, quick });
}

function sizeOf(name: SectionName, { quick }: CalibrationWish, { sideBySide }: CalibrationSections): Size {
  const { size } = SHAPES[name];
  if (size === "as long as side by side") return sameWallClock(quick ? QUICK : NEAR, sideBySide);
  return quick ? QUICK : size;
}

/** Whole runs in sequence: as many rounds as side by side, in windows that take the same wall-clock time. */
function sameWallClock(near: Size, measured: Results | undefined): Size {
  const rounds = measured?.scenario.rounds ?? near.rounds;
  const roundMs = measured ? wallMsOf(measured) / rounds : blockMs(near, ALL_TWINS.length);
  const overheadMs = blockMs({ rounds, warmupMs: 0, durationMs: 0 }, 1);
  const loadMs = Math.max(2 * SHORTEST_MS, roundMs / ALL_TWINS.length - overheadMs);
  const warmupMs = Math.round(0.4 * loadMs);
  return { rounds, warmupMs, durationMs: Math.round(loadMs - warmupMs) };
}

function planOf(scenario: Scenario, { cast, together }: Shape): Plan {
  const usual = new Map(variantsOf(scenario).map((variant) => [variant.sampler.text, variant]));
  const variants = cast.map(([name, sampler]) => ({ ...usual.get(sampler)!, id: name }));
  const plan: Plan = { seed: scenario.seed, variants, trials: [] };
  for (let round = 1; round <= scenario.rounds; round++)
    plan.trials.push(...trialsOfRound(plan, round, scenario.phases));
  return together ? plan : { ...plan, trials: plan.trials.map((trial, index) => ({ ...trial, block: index + 1 })) };
}

/**
 * What the special variants do; the burnt time is a share of what `none` was measured to take. Beside them `none` burns
 * nothing with the same code, so that the difference is the burning alone.
 */
function specialsOf(name: SectionName, { sideBySide }: CalibrationSections): ReadonlyMap<string, Special> {
  const baselineUs = sideBySide && baselineCpuUs(sideBySide);
  if (name !== "knownTruth" || baselineUs === undefined) return new Map();
  const burning = BURNS.map(({ share }): [string, Special] => [
    burningOf(share),
    { burnUsPerRequest: share * baselineUs },
  ]);
  return new Map<string, Special>([["none", { burnUsPerRequest: 0 }], ...burning, [BARE, { counted: false }]]);
}

function inEveryPhase(ms: number): Record<LoadPhase, number> {
  return { cost: ms, latency: ms, capacity: ms };
}
