/**
 * Is an injected cost found? `npm run regression [-- --pairs 10 --cost 5% --target bare:5 --rounds 8 --duration 3s --rate 1000/s]`
 * For a service as dear as `orders`: `--target orders --rate 250/s --warmup 12s --duration 11s --rounds 6`.
 *
 * A clone of this repository gets two commits on top of HEAD: in one the services burn nothing, in the other a known
 * share of CPU more per request. `bench --base` measures the two side by side, pair after pair. A pilot finds what a
 * request costs, and each pair burns the share of what the pair before found. The threshold is half of it, since a cost
 * as large as the threshold is measured below it in half of the pairs. Exit code 1 if fewer than nine pairs of ten are
 * found. With `--cost 0` the two are equal, and 40 pairs are measured: exit code 1 if more of them have a verdict all the
 * same than a rate of one in 20 explains.
 */
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { count, formatDuration, period, rate as rateOf, share } from "../src/base/units.ts";
import type { Comparison } from "../src/estimate/compare.ts";
import { binomialInterval } from "../src/estimate/statistics/proportion.ts";
import { readResults } from "../src/record/file.ts";
import { targets } from "../src/target/services/index.ts";
import { REPOSITORY, runProgram, scriptOptions, temporaryFolder } from "./script.ts";
import { changeText } from "../src/report/format.ts";

const SAMPLER = "always_on";
const BURNS = /countRequests\(options\.burnUsPerRequest[^)]*\)/;
const PILOT_US = 4;
/** A pair counts only if what was burnt is about what was asked for. */
const BURNT_AT_MOST = 1.4;

const FALSE_AT_MOST = 0.05;

const { cost, target, rounds, duration, warmup, rate, ...asked } = scriptOptions({
  pairs: [count()],
  cost: [share, "5%"],
  target: [targets.codec, "bare:5"],
  rounds: [count(4), "8"],
  duration: [period, "3s"],
  warmup: [period, "2500ms"],
  rate: [rateOf, "1000/s"],
});
const pairs = asked.pairs ?? (cost > 0 ? 10 : 40);
const size = {
  about: "an injected cost",
  target: target.text,
  rounds,
  duration: formatDuration(duration),
  warmup: formatDuration(warmup),
  phases: ["cost"],
  costRate: `${rate}/s`,
};

interface Found {
  readonly cpu: Comparison["ratio"];
  /** Of the main threads alone, which V8's helper threads do not blur. */
  readonly mainThread: Comparison["ratio"];
  /** CPU per request of the base, µs. */
  readonly baseUs: number;
  /** What the candidate burnt per request by its own CPU clock, µs, mean over rounds. */
  readonly burntUs: number;
}

const folder = temporaryFolder("regression");
const clone = join(folder, "clone");
const scenario = join(folder, "injected.json");
writeFileSync(scenario, JSON.stringify(size));
await execa("git", ["clone", "--quiet", "--shared", REPOSITORY, clone]);
symlinkSync(join(REPOSITORY, "node_modules"), join(clone, "node_modules"), "dir");
// the base reads the burner's clock too, so that the difference is the burning alone
await commitBurning(0);
await commitBurning(PILOT_US);
let last = await comparePair();
print("pilot", last);
let askedUs = PILOT_US;
let [hits, judged, covered] = [0, 0, 0];
for (let pair = 1; pair <= pairs; pair++) {
  if (cost > 0) askedUs *= (cost * last.baseUs) / last.burntUs;
  await execa("git", ["-C", clone, "reset", "--quiet", "--hard", "HEAD~1"]);
  await commitBurning(cost > 0 ? askedUs : 0);
  last = await comparePair();
  if (isHit(last)) hits++;
  if (holdsTruth(last)) covered++;
  if (last.cpu.verdict !== undefined) judged++;
  print(`pair ${pair}`, last);
}
if (cost > 0) {
  console.log(`regression found in ${hits} of ${pairs}, at ${100 * cost} % of ${SAMPLER}'s CPU per request`);
  console.log(`${covered} of ${pairs} intervals of 95 % hold what was burnt`);
  process.exitCode = hits < 0.9 * pairs ? 1 : 0;
} else if (judged === 0) {
  console.log("no pair has a verdict");
  process.exitCode = 3;
} else {
  const { low, high } = binomialInterval(hits, judged, 0.95);
  const [least, most] = [low, high].map((rate) => (100 * rate).toFixed(1));
  console.log(`false verdicts in ${hits} of ${judged} pairs: [${least}, ${most}] %`);
  process.exitCode = low > FALSE_AT_MOST ? 1 : 0;
}

/** As `compare` exits with 1: by one of the two figures. */
function isHit({ cpu, mainThread, burntUs, baseUs }: Found): boolean {
  const verdicts = [cpu.verdict, mainThread.verdict];
  if (cost === 0) return verdicts.some((verdict) => verdict === "regression" || verdict === "improvement");
  return verdicts.includes("regression") && burntUs <= BURNT_AT_MOST * cost * baseUs;
}

/** A bound that is missing holds nothing. */
function holdsTruth({ cpu: { low, high }, burntUs, baseUs }: Found): boolean {
  const truth = 1 + burntUs / baseUs;
  return low !== undefined && high !== undefined && low <= truth && truth <= high;
}

async function comparePair(): Promise<Found> {
  const out = join(folder, "results.json");
  const asked = ["--base", "HEAD~1", "--candidate", "HEAD", "--sampler", SAMPLER, "--no-reference", "--force"];
  await runProgram(["bench", scenario, ...asked, "--quiet", "--out", out], clone, clone);
  const threshold = cost > 0 ? ["--threshold", `cpu=${50 * cost}%`] : [];
  const text = await runProgram(["compare", out, "--json", ...threshold], clone, clone);
  const { comparisons } = JSON.parse(text) as { comparisons: readonly Comparison[] };
  const [cpu, mainThread] = ["cpuUsPerRequest", "mainThreadUsPerRequest"].map((metric) =>
    comparisons.find(({ ratio }) => isOfSampler(ratio.variant) && ratio.metric === metric),
  );
  const { plan, records } = readResults(out);
  // the burner of the base reports what its clock is off by
  const candidate = plan.variants.find(({ id, build }) => isOfSampler(id) && build === plan.builds![1]!.label)!;
  const burnt = records.flatMap(({ trial, resources }) =>
    trial.variant === candidate.id ? (resources?.burntUsPerRequest ?? []) : [],
  );
  if (cpu === undefined || mainThread === undefined || burnt.length === 0)
    throw new Error(`${SAMPLER} was not measured`);
  const burntUs = burnt.reduce((sum, us) => sum + us, 0) / burnt.length;
  return { cpu: cpu.ratio, mainThread: mainThread.ratio, baseUs: cpu.base.center, burntUs };
}

function isOfSampler(variant: string): boolean {
  return variant.startsWith(SAMPLER);
}

async function commitBurning(us: number): Promise<void> {
  const path = join(clone, "src", "target", "probe", "probe.ts");
  const source = readFileSync(path, "utf8");
  if (!BURNS.test(source)) throw new Error(`${path} does not hold ${BURNS}`);
  writeFileSync(path, source.replace(BURNS, `countRequests(options.burnUsPerRequest ?? ${us.toFixed(1)})`));
  const identity = ["-c", "user.name=spantoll", "-c", "user.email=spantoll@localhost"];
  await execa("git", [
    "-C",
    clone,
    ...identity,
    "commit",
    "--quiet",
    "--all",
    "--allow-empty",
    "--message",
    `burn ${us.toFixed(1)} µs`,
  ]);
}

function print(what: string, { cpu, mainThread, baseUs, burntUs }: Found): void {
  const injected = ((burntUs / baseUs) * 100).toFixed(2);
  const [whole, ofMain] = [cpu, mainThread].map((ratio) => `${ratio.verdict ?? "no verdict"}, ${changeText(ratio)}`);
  console.log(`${what}: ${whole}; main thread: ${ofMain}; burnt ${injected} % of ${baseUs.toFixed(0)} µs`);
}
