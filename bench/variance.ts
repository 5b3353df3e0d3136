/**
 * Which windows and rounds give the narrowest intervals on this machine? `npm run variance [-- --target orders --rounds 8]`
 *
 * Measures the cost phase with short and with long windows. The variance of a round's logarithm of always_on's CPU per request
 * over none's is `between² + within² / window`: two window lengths give both (Kalibera and Jones, "Rigorous benchmarking in
 * reasonable time", 2013). From these follows what each length would give in three minutes.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { count, duration, formatDuration, period } from "../src/base/units.ts";
import { halfWidth, oneSample } from "../src/estimate/statistics/student.ts";
import { readResults } from "../src/record/file.ts";
import { phaseRow } from "../src/spec/phases.ts";
import { targets } from "../src/target/services/index.ts";
import { scriptOptions, temporaryFolder } from "./script-options.ts";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const WINDOWS_S = [2, 3, 4, 5.5, 8, 12, 20];
/** Start, flush and stop of a round. */
const OVERHEAD_S = 1;
const CONFIDENCE = 0.95;

const { target, rounds, short, long, warmup, budget } = scriptOptions({
  target: [targets.codec, "orders"],
  rounds: [count(4), "8"],
  short: [period, "2s"],
  long: [period, "10s"],
  warmup: [duration, formatDuration(phaseRow("cost").full.warmupMs)],
  budget: [period, "180s"],
});

const folder = temporaryFolder("variance");
const [shortVariance, longVariance] = [await varianceOf(short), await varianceOf(long)];
const within = Math.max(0, (shortVariance - longVariance) / (1000 / short - 1000 / long));
const between = Math.max(0, longVariance - (within * 1000) / long);
console.log(
  `between processes: sd ${percent(Math.sqrt(between))}; within a window: sd ${percent(Math.sqrt(within))} at 1 s`,
);
console.log(`In ${formatDuration(budget)} of the cost phase alone, with ${formatDuration(warmup)} of warm-up:`);
for (const windowS of WINDOWS_S) {
  const fitting = Math.floor(budget / 1000 / (warmup / 1000 + windowS + OVERHEAD_S));
  const standardError = Math.sqrt((between + within / windowS) / fitting);
  const half = halfWidth({ mean: 0, standardError, df: fitting - 1, n: fitting }, CONFIDENCE);
  console.log(`  ${fitting} rounds of ${windowS} s: half-width ${percent(half)} of the ratio`);
}

/** Of the logarithm of always_on over none, over rounds. */
async function varianceOf(windowMs: number): Promise<number> {
  const out = join(folder, `${windowMs}.json`);
  const size = ["--phase", "cost", "--rounds", String(rounds), "--duration", formatDuration(windowMs)];
  const rest = ["--warmup", formatDuration(warmup), "--target", target.text, "--sampler", "always_on", "--out", out];
  await execa(process.execPath, [MAIN, "bench", ...size, ...rest], {
    reject: false,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const valid = readResults(out).records.filter((record) => record.valid);
  const cpu = (variant: string): Map<number, number> =>
    new Map(
      valid.flatMap(({ trial, resources }) =>
        trial.variant === variant && resources ? [[trial.round, Math.log(resources.cpuUsPerRequest)] as const] : [],
      ),
    );
  const [none, traced] = [cpu("none"), cpu("always_on")];
  const ratios = [...traced].flatMap(([round, log]) => (none.has(round) ? [log - none.get(round)!] : []));
  if (ratios.length < 2) throw new Error(`only ${ratios.length} of ${rounds} rounds are valid: is the machine busy?`);
  const { standardError, n } = oneSample(ratios);
  console.log(
    `windows of ${formatDuration(windowMs)}: sd per round ${percent(standardError * Math.sqrt(n))}, ${n} rounds`,
  );
  return standardError ** 2 * n;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
