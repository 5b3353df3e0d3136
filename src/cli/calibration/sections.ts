/** What a calibration measures, section by section. Pure: options and earlier sections in, scenario and plan out. */
import { BARE, meanCpuUs, BURNS, burningOf, TWINS, twinOf } from "../../estimate/calibration.ts";
import { total } from "../../base/sum-of.ts";
import { rateOf } from "../../spec/phases.ts";
import { type Plan, planOf } from "../../plan/plan.ts";
import { type Variant, variantsOf } from "../../plan/variant.ts";
import type { CalibrationSections } from "../../record/calibration-file.ts";
import type { Special } from "../../run/setting.ts";
import { readScenario } from "../../spec/read.ts";
import type { Scenario } from "../../spec/scenario.ts";

export type SectionName = keyof CalibrationSections;

/** Options as the user gave them. */
export interface CalibrationOptions {
  readonly quick: boolean;
  readonly target?: string | undefined;
  readonly rounds?: string | undefined;
}

export interface Section {
  readonly scenario: Scenario;
  readonly plan: Plan;
  readonly special: ReadonlyMap<string, Special>;
  readonly expectedMs: number;
}

interface Size {
  readonly rounds: number;
  readonly warmupMs: number;
  readonly durationMs: number;
}

/** Small, so that its processes are alike: processes of a larger service are compiled differently each time. */
const DEFAULT_TARGET = "bare:5";
/** So small a service carries more than the default rate: a window of seconds then holds thousands of requests. */
const DEFAULT_RATE = "1000/s";
/** Of the core that all variants share. Near saturation a service answers several requests in one turn, and a known cost shows as less. */
const MOST_CORE_SHARE = 0.6;
const QUICK: Size = { rounds: 2, warmupMs: 800, durationMs: 1200 };

interface Shape {
  readonly about: string;
  /** Each variant's name, and its sampler. */
  readonly variants: readonly (readonly [name: string, sampler: string])[];
  readonly size: Size;
}

/** In the order of measuring. The warm-up is the longer part: V8 goes on compiling for all variants on one core. */
const SHAPES: Readonly<Record<SectionName, Shape>> = {
  sideBySide: {
    about: "Do two equal services show as equal?",
    variants: TWINS.flatMap((variant) => [[variant, variant] as const, [twinOf(variant), variant] as const]),
    size: { rounds: 11, warmupMs: 5500, durationMs: 2500 },
  },
  knownTruth: {
    about: "Does a known cost show as what it is, and what do the ledger's wrappers cost?",
    variants: [
      ...TWINS.map((variant) => [variant, variant] as const),
      ...BURNS.map((share) => [burningOf(share), "none"] as const),
      [BARE, "always_on"],
    ],
    size: { rounds: 8, warmupMs: 6000, durationMs: 2500 },
  },
};
export const SECTION_NAMES = Object.keys(SHAPES) as SectionName[];

/** Throws a `UserError` for a mistake in the options. */
export function sectionOf(name: SectionName, options: CalibrationOptions, earlier: CalibrationSections): Section {
  const { about, variants, size: full } = SHAPES[name];
  const { target, quick } = options;
  const service = target === undefined ? { target: DEFAULT_TARGET, costRate: DEFAULT_RATE } : { target };
  const given = Object.entries({ ...service, rounds: options.rounds }).filter(([, text]) => text !== undefined);
  const read = readScenario(undefined, {
    fields: { ...Object.fromEntries(given), samplers: ["always_on"], phases: ["cost"] },
    quick,
  });
  const { rounds, warmupMs, durationMs } = quick ? QUICK : full;
  const special =
    name === "knownTruth" ? specialsOf(meanCpuUs(earlier.sideBySide, "none")) : new Map<string, Special>();
  const scenario: Scenario = {
    ...read,
    name: `calibration, ${name}`,
    about,
    rounds: options.rounds === undefined ? rounds : read.rounds,
    maxRounds: options.rounds === undefined ? rounds : read.rounds,
    costRatePerSecond: Math.min(rateOf(read, "cost", variants.length), carriedPerSecond(variants, special, earlier)),
    warmupMs: { ...read.warmupMs, cost: warmupMs },
    warmupLeast: undefined,
    durationMs: { ...read.durationMs, cost: durationMs },
  };
  // a group also starts, flushes and stops its variants
  const groupMs = warmupMs + durationMs + 300 + 250 * variants.length;
  return {
    scenario,
    plan: planOf(scenario, namedVariants(scenario, variants)),
    special,
    expectedMs: scenario.rounds * groupMs,
  };
}

/** Requests/s to each of these variants that leave their core idle enough; no limit if what they cost is not known yet. */
function carriedPerSecond(
  variants: Shape["variants"],
  special: ReadonlyMap<string, Special>,
  { sideBySide }: CalibrationSections,
): number {
  const cpuUs = total(variants, ([name, sampler]) => {
    return (meanCpuUs(sideBySide, sampler) ?? 0) + (special.get(name)?.burnUsPerRequest ?? 0);
  });
  return Math.max(1, Math.floor((MOST_CORE_SHARE * 1e6) / cpuUs));
}

function namedVariants(scenario: Scenario, named: Shape["variants"]): Variant[] {
  const bySampler = new Map(variantsOf(scenario).map((variant) => [variant.sampler.text, variant]));
  return named.map(([name, sampler]) => ({ ...bySampler.get(sampler)!, id: name }));
}

/**
 * What the special variants do; the burnt time is a share of what `none` was measured to take. `none` burns nothing with
 * the same code, so that the difference is the burning alone.
 */
function specialsOf(baselineUs: number | undefined): ReadonlyMap<string, Special> {
  if (baselineUs === undefined) return new Map();
  return new Map<string, Special>([
    ["none", { burnUsPerRequest: 0 }],
    ...BURNS.map((share): [string, Special] => [burningOf(share), { burnUsPerRequest: share * baselineUs }]),
    [BARE, { counted: false }],
  ]);
}
