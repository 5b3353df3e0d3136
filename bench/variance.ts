/**
 * Which windows and rounds give the narrowest intervals on this machine?
 * `npm run variance [-- --target orders --sampler always_on --rounds 8 --short 3s --long 22s --warmup 18s --budget 3min]`
 *
 * Measures the phase cost in short windows and in long ones. The variance of a round's logarithm of the sampler's CPU per
 * request over none's is taken as `between² + within² / window`, so that two lengths give both (Kalibera and Jones, "Rigorous
 * benchmarking in reasonable time", 2013). From these follows what each length gives in the time of the budget. The same of the
 * main threads alone, without V8's helper threads.
 */
import { join } from "node:path";
import { count, duration, formatDuration, period } from "../src/base/units.ts";
import { CONFIDENCE } from "../src/estimate/estimate.ts";
import { halfWidth, oneSample } from "../src/estimate/statistics/student.ts";
import type { TrialRecord } from "../src/record/trial-record.ts";
import { phaseRow } from "../src/spec/phases.ts";
import { samplers } from "../src/target/samplers/index.ts";
import { targets } from "../src/target/services/index.ts";
import { measure, scriptOptions, temporaryFolder } from "./script.ts";

const WINDOWS_S = [2, 4, 8, 11, 16, 22, 44];
/** Start, flush and stop of a round. */
const RESTART_S = 2;

const { target, sampler, rounds, short, long, warmup, budget } = scriptOptions({
  target: [targets.codec, "orders"],
  sampler: [samplers.codec, "always_on"],
  rounds: [count(4), "8"],
  short: [period, "3s"],
  long: [period, "22s"],
  warmup: [duration, formatDuration(phaseRow("cost").full.warmupMs)],
  budget: [period, "180s"],
});
const folder = temporaryFolder("variance");

const METRICS = { "CPU per request": "cpuUsPerRequest", "main thread": "mainThreadUsPerRequest" } as const;

const [ofShort, ofLong] = [await recordsOf(short), await recordsOf(long)];
for (const [name, metric] of Object.entries(METRICS)) {
  const [inShort, inLong] = [varianceIn(ofShort, metric), varianceIn(ofLong, metric)];
  const within = Math.max(0, (inShort - inLong) / (1000 / short - 1000 / long));
  const between = Math.max(0, inLong - within / (long / 1000));
  console.log(
    `${name}: sd a round ${percent(inShort)} in ${formatDuration(short)}, ${percent(inLong)} in ${formatDuration(long)}`,
  );
  console.log(`between processes: sd ${percent(between)}; within a window: sd ${percent(within)} at 1 s`);
  console.log(`In ${formatDuration(budget)} of the phase cost, with ${formatDuration(warmup)} of warm-up a round:`);
  for (const windowS of WINDOWS_S) {
    const n = Math.floor(budget / 1000 / (warmup / 1000 + windowS + RESTART_S));
    if (n < 2) continue;
    const standardError = Math.sqrt((between + within / windowS) / n);
    const half = halfWidth({ mean: 0, standardError, df: n - 1, n }, CONFIDENCE);
    console.log(`  ${n} rounds of ${windowS} s: half-width ${(100 * half).toFixed(2)} % of the ratio`);
  }
}

async function recordsOf(windowMs: number): Promise<readonly TrialRecord[]> {
  const size = ["--phase", "cost", "--rounds", String(rounds), "--duration", formatDuration(windowMs)];
  const setting = ["--target", target.text, "--sampler", sampler.text, "--warmup", formatDuration(warmup)];
  const { records } = await measure([...size, ...setting], join(folder, `${windowMs}.json`));
  return records;
}

/** Over rounds, of the logarithm of the sampler's figure over none's. */
function varianceIn(records: readonly TrialRecord[], metric: (typeof METRICS)[keyof typeof METRICS]): number {
  const byRound = Map.groupBy(
    records.filter(({ valid }) => valid),
    ({ trial }) => trial.round,
  );
  const ratios = [...byRound.values()].flatMap((round) => {
    const none = round.find(({ trial }) => trial.variant === "none")?.resources?.[metric];
    const traced = round.find(({ trial }) => trial.variant === sampler.text)?.resources?.[metric];
    return none && traced ? [Math.log(traced / none)] : [];
  });
  if (ratios.length < 2) throw new Error(`only ${ratios.length} of ${rounds} rounds are valid: is the machine busy?`);
  const { standardError, n } = oneSample(ratios);
  return standardError ** 2 * n;
}

/** The standard deviation, of the ratio. */
function percent(variance: number): string {
  return `${(100 * Math.sqrt(variance)).toFixed(2)} %`;
}
