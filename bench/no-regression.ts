/**
 * Is nothing found if nothing changed? `npm run no-regression [-- --results 7 --pairs 20 --target bare:5 --rounds 5]`
 *
 * `bench` measures the same commit several times, and `compare` holds later results against earlier ones: neighbours in
 * time first. A result is part of several pairs, so pairs are not independent. Exit code 1 if more than one pair in 20
 * has a regression, more than one in four lacks a verdict, or no pair settles anything.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { median } from "../src/base/median.ts";
import { count } from "../src/base/units.ts";
import { isSettled, type Comparison } from "../src/estimate/compare.ts";
import { targets } from "../src/target/services/index.ts";
import { scriptOptions, temporaryFolder } from "./script-options.ts";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const JUDGED = ["cpuUsPerRequest", "responseTimeP99Ms", "requestsPerSecond"] as const;

const options = scriptOptions({
  results: [count(2), "7"],
  pairs: [count(), "20"],
  target: [targets.codec, "orders"],
  rounds: [count(4), "5"],
});
const size = ["--target", options.target.text, "--quick", "--rounds", String(options.rounds)];
const folder = temporaryFolder("no-regression");

for (let index = 1; index <= options.results; index++) {
  await run("bench", "--sampler", "always_on", "--no-reference", ...size, "--quiet", "--out", fileOf(index));
  console.log(`result ${index} of ${options.results} measured`);
}
const found: Comparison[] = [];
let [alarms, unjudged, unsettled] = [0, 0, 0];
const pairs = pairsByNearness(options.results).slice(0, options.pairs);
for (const [base, candidate] of pairs) {
  const { comparisons } = JSON.parse(await run("compare", fileOf(base), fileOf(candidate), "--json")) as {
    comparisons: Comparison[];
  };
  // `none` shows the machine's drift and gets no verdict
  const judged = comparisons.filter(({ ratio }) => ratio.variant !== "none");
  found.push(...judged);
  const regressions = judged.filter(({ ratio }) => ratio.verdict === "regression");
  if (regressions.length > 0) alarms++;
  if (!JUDGED.every((metric) => judged.some(({ ratio }) => ratio.metric === metric && ratio.verdict))) unjudged++;
  else if (!isSettled(judged)) unsettled++;
  const verdicts = [...Map.groupBy(judged, ({ ratio }) => ratio.verdict ?? "no verdict")];
  const counts = verdicts.map(([verdict, all]) => `${all.length} ${verdict}`).join(", ");
  console.log([`${base} -> ${candidate}: ${counts}`, ...regressions.map(regressionText)].join("; "));
}
console.log(`half the width of the median 95 % interval: ${JUDGED.map(resolutionOf).join(", ")}`);
console.log(`no regression in ${pairs.length - alarms} of ${pairs.length} pairs of the same commit`);
if (unjudged > 0) console.log(`${unjudged} pairs lack a verdict, because trials were invalid`);
if (unsettled > 0) console.log(`${unsettled} pairs settle nothing: every verdict on cost is inconclusive`);
const isConclusive = unjudged <= pairs.length / 4 && unsettled < pairs.length;
process.exitCode = alarms <= pairs.length / 20 && isConclusive ? 0 : 1;

/** `[1, 2], [2, 3], …, [1, 3], [2, 4], …` */
function pairsByNearness(count: number): [number, number][] {
  return Array.from({ length: count - 1 }, (_, at) => at + 1).flatMap((apart) =>
    Array.from({ length: count - apart }, (_, at): [number, number] => [at + 1, at + 1 + apart]),
  );
}

function fileOf(index: number): string {
  return join(folder, `${index}.json`);
}

async function run(...words: string[]): Promise<string> {
  const { stdout, stderr, exitCode } = await execa(process.execPath, [MAIN, ...words], { reject: false });
  if (exitCode === undefined || ![0, 1, 3].includes(exitCode)) throw new Error(`${words[0]}: ${stderr}`);
  return stdout;
}

function regressionText({ ratio: { metric, center, low = Number.NaN, high = Number.NaN } }: Comparison): string {
  const percent = (ratio: number): string => ((ratio - 1) * 100).toFixed(1);
  return `REGRESSION ${metric} ${percent(center)} % [${percent(low)}, ${percent(high)}]`;
}

function resolutionOf(metric: string): string {
  const halves = found
    .filter(({ ratio }) => ratio.metric === metric && ratio.low !== undefined)
    .map(({ ratio }) => Math.sqrt(ratio.high! / ratio.low!) - 1);
  const middle = median(halves);
  return `${metric} ±${middle === undefined ? "?" : (middle * 100).toFixed(1)} %`;
}
