/**
 * Is nothing found where nothing is? `npm run no-regression -- [--results 10] [--pairs 20] [-- BENCH OPTIONS]`
 *
 * `bench` measures the same commit time and again, and `compare` holds later results against earlier ones at the
 * default thresholds: neighbours in time first, then every second one, until there are so many pairs. A result is part
 * of several pairs, so the pairs are not independent of each other. Counts the pairs in which a regression is found,
 * and tells what changes the comparisons could have told from none. Ends with 1 where more than one pair in 20 has one, or
 * more than one in four lacks a verdict because trials were void, or where every verdict on cost of every pair is inconclusive.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { execa } from "execa";
import { median } from "../src/base/median.ts";
import { count } from "../src/base/units.ts";
import { readOption } from "../src/cli/read-option.ts";
import { isSettled, type Comparison } from "../src/estimate/compare.ts";
import { endWithMistake, scriptOptions } from "./script-options.ts";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const USUAL = ["--sampler", "always_on", "--no-reference", "--quick", "--rounds", "5"];
/** Beside the spans lost, what is judged of each pair. */
const JUDGED = ["cpuUsPerRequest", "responseTimeP99Ms", "requestsPerSecond"] as const;

const { results, wanted, benchOptions } = scriptOptions(() => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { results: { type: "string", default: "10" }, pairs: { type: "string", default: "20" } },
  });
  return {
    // of one there is no pair
    results: readOption("--results", count(2), values.results),
    wanted: readOption("--pairs", count(), values.pairs),
    benchOptions: positionals,
  };
});
const folder = mkdtempSync(join(tmpdir(), "spantoll-no-regression-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

for (let index = 1; index <= results; index++) {
  const startedMs = performance.now();
  await measure(index);
  console.log(`result ${index} of ${results}: measured in ${((performance.now() - startedMs) / 1000).toFixed(0)} s`);
}
const told: Comparison[] = [];
let [alarms, unjudged, undecided] = [0, 0, 0];
const pairs = pairsByNearness(results).slice(0, wanted);
for (const [base, candidate] of pairs) {
  const comparisons = await compare(base, candidate);
  told.push(...comparisons);
  const regressions = comparisons.filter(({ ratio }) => ratio.verdict === "regression");
  if (regressions.length > 0) alarms++;
  if (!JUDGED.every((metric) => comparisons.some(({ ratio }) => ratio.metric === metric && ratio.verdict))) unjudged++;
  else if (!isSettled(comparisons)) undecided++;
  const counts = [...Map.groupBy(comparisons, ({ ratio }) => ratio.verdict ?? "no verdict")];
  const found = regressions.map(({ ratio }) => `REGRESSION ${ratio.metric} ${changeText(ratio)}`);
  console.log(
    [`${base} → ${candidate}: ${counts.map(([verdict, all]) => `${all.length} ${verdict}`).join(", ")}`, ...found].join(
      "; ",
    ),
  );
}
console.log(`resolution, half the width of the median 95 % interval: ${JUDGED.map(resolutionOf).join(", ")}`);
console.log(`no regression in ${pairs.length - alarms} of ${pairs.length} pairs of the same commit`);
if (unjudged > 0) console.log(`${unjudged} of them lack a verdict on one of the three, since trials were void`);
if (undecided > 0) console.log(`${undecided} of them settle nothing: every verdict on cost is inconclusive`);
const isTelling = unjudged <= pairs.length / 4 && undecided < pairs.length;
process.exitCode = alarms <= pairs.length / 20 && isTelling ? 0 : 1;

/** `[1, 2], [2, 3], …, [1, 3], [2, 4], …` */
function pairsByNearness(count: number): [number, number][] {
  return Array.from({ length: count - 1 }, (_, at) => at + 1).flatMap((apart) =>
    Array.from({ length: count - apart }, (_, at): [number, number] => [at + 1, at + 1 + apart]),
  );
}

function fileOf(index: number): string {
  return join(folder, `${index}.json`);
}

async function measure(index: number): Promise<void> {
  const words = [MAIN, "bench", ...USUAL, ...benchOptions, "--quiet", "--out", fileOf(index)];
  const { exitCode, stderr } = await execa(process.execPath, words, { reject: false, stdout: "ignore" });
  if (exitCode === 2) endWithMistake(stderr);
  if (exitCode !== 0 && exitCode !== 1) throw new Error(`bench ended with ${exitCode}: ${stderr}`);
}

async function compare(base: number, candidate: number): Promise<readonly Comparison[]> {
  const words = [MAIN, "compare", fileOf(base), fileOf(candidate), "--json"];
  const { stdout, exitCode, stderr } = await execa(process.execPath, words, { reject: false });
  if (exitCode !== 0 && exitCode !== 1) throw new Error(stderr);
  // `none` shows the machine's drift and gets no verdict
  const { comparisons } = JSON.parse(stdout) as { comparisons: readonly Comparison[] };
  return comparisons.filter(({ ratio }) => ratio.variant !== "none");
}

function changeText({ center, low = NaN, high = NaN }: Comparison["ratio"]): string {
  const percent = (ratio: number): string => ((ratio - 1) * 100).toFixed(1);
  return `${percent(center)} % [${percent(low)}, ${percent(high)}]`;
}

function resolutionOf(metric: string): string {
  const halves = told
    .filter(({ ratio }) => ratio.metric === metric && ratio.low !== undefined)
    .map(({ ratio }) => Math.sqrt(ratio.high! / ratio.low!) - 1);
  const middle = median(halves);
  return `${metric} ±${middle === undefined ? "?" : (middle * 100).toFixed(1)} %`;
}
