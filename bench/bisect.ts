/**
 * Which release changed the cost of tracing? `npm run bisect -- --otel 2.0.0..2.12.1 [--target orders --rounds 7 --duration 11s --warmup 12s]`
 *
 * Each run measures three versions side by side: the first, the last and the middle one of those that may have brought the
 * change. Ends with 0 if one release is named, with 3 if there is no change or it lies between several.
 */
import { join } from "node:path";
import { z } from "zod";
import { UserError } from "../src/base/problem.ts";
import { count, formatDuration, period } from "../src/base/units.ts";
import { byNumber, findPublished } from "../src/cli/bench/versions/npm.ts";
import { interval, oneSample, type Bounds, type Contrast } from "../src/estimate/statistics/student.ts";
import { MIN_ROUNDS } from "../src/estimate/verdict.ts";
import { targets } from "../src/target/services/index.ts";
import { endWithMistakes, measure, scriptOptions, temporaryFolder } from "./script.ts";
import { isUsable } from "../src/record/trial-record.ts";
import { changeText } from "../src/report/format.ts";

const ALPHA = 0.05;

/** Logarithms of the cost of the first, the middle and the last version in one round. */
export type Round = readonly [first: number, middle: number, last: number];

export interface Found {
  /** The last version without the change, and the first that is known to have it. Absent: there is no change. */
  readonly between?: readonly [before: string, after: string];
  /** On logarithms, of the last version against the first. */
  readonly change: Bounds & { readonly mean: number; readonly confidence: number };
  readonly runs: number;
}

/**
 * The neighbours between which the cost changed, by bisection. A middle version belongs to the end that it is nearer to. One
 * run without an answer is repeated, and both are read together. `ALPHA` is shared by all looks: the whole change, each
 * middle, and the repetition. Supposes one change in the range.
 */
export async function findChange(
  versions: readonly string[],
  measure: (three: readonly [string, string, string]) => Promise<readonly Round[]>,
): Promise<Found> {
  const [first, last] = [versions[0]!, versions.at(-1)!];
  const looks = Math.ceil(Math.log2(versions.length - 1)) + 2;
  let [low, high, runs, isRepeated] = [0, versions.length - 1, 0, false];
  let change: Found["change"] | undefined;
  const rounds: Round[] = [];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    rounds.push(...(await measure([first, versions[middle]!, last])));
    runs++;
    change ??= boundsOf(oneSample(rounds.map(([one, , other]) => other - one)), 1 - ALPHA / looks);
    if (change.low <= 0 && change.high >= 0) return { change, runs };
    const side = oneSample(rounds.map(([one, own, other]) => Math.sign(change!.mean) * (own - (one + other) / 2)));
    // only the wrong side is a mistake
    const { low: least, high: most } = boundsOf(side, 1 - (2 * ALPHA) / looks);
    if (least > 0) high = middle;
    else if (most < 0) low = middle;
    else if (isRepeated) break;
    else {
      isRepeated = true;
      continue;
    }
    rounds.length = 0;
  }
  return { between: [versions[low]!, versions[high]!], change: change!, runs };
}

function boundsOf(contrast: Contrast, confidence: number): Found["change"] {
  return { mean: contrast.mean, confidence, ...(interval(contrast, confidence) ?? { low: -Infinity, high: Infinity }) };
}

/** CPU per request of always_on, by version, of a small run of `bench` with the options `size`. */
async function measureVersions(
  three: readonly [string, string, string],
  size: readonly string[],
  folder: string,
): Promise<Round[]> {
  const out = join(folder, `${three.join("-")}-${Date.now()}.json`);
  const axis = three.flatMap((version) => ["--otel", version]);
  const { records } = await measure(["--sampler", "always_on", "--phase", "cost", ...size, ...axis], out);
  const usable = records.filter(isUsable);
  const complete = [...Map.groupBy(usable, ({ trial }) => trial.round).values()].flatMap((round) => {
    const logs = three.flatMap((version) => {
      const own = round.find(({ trial }) => trial.variant === `always_on otel ${version}`);
      return own?.resources === undefined ? [] : [Math.log(own.resources.cpuUsPerRequest)];
    });
    return logs.length === 3 ? [logs as unknown as Round] : [];
  });
  if (complete.length >= MIN_ROUNDS) return complete;
  process.stderr.write(`only ${complete.length} rounds are valid, expected ${MIN_ROUNDS}: is the machine busy?\n`);
  return process.exit(3);
}

const range = z.string().transform((text, context) => {
  const [, from, to] = /^(\d+\.\d+\.\d+)\.\.(\d+\.\d+\.\d+)$/.exec(text) ?? [];
  if (from !== undefined && to !== undefined && byNumber(from, to) < 0) return { from, to };
  context.addIssue({ code: "custom", message: "two versions, the earlier first, such as 2.0.0..2.12.1" });
  return z.NEVER;
});

async function main(): Promise<void> {
  const { otel, target, rounds, duration, warmup } = scriptOptions({
    otel: [range, "2.0.0..2.12.1"],
    target: [targets.codec, "orders"],
    rounds: [count(4), "7"],
    duration: [period, "11s"],
    warmup: [period, "12s"],
  });
  const window = ["--duration", formatDuration(duration), "--warmup", formatDuration(warmup)];
  const load = ["--target", target.text, "--rounds", String(rounds), ...window];
  const published = await findPublished("@opentelemetry/core", `>=${otel.from} <=${otel.to}`, ["dependencies"]).catch(
    (error: unknown) =>
      endWithMistakes((): never => {
        throw error;
      }),
  );
  const versions = published.map(({ version }) => version).toReversed();
  if (versions.length < 3)
    endWithMistakes(() => {
      throw new UserError(
        `--otel "${otel.from}..${otel.to}": expected at least 3 versions, got ${versions.join(", ") || "none"}`,
      );
    });
  console.log(`${versions.length} versions: ${versions.join(", ")}`);
  const folder = temporaryFolder("bisect");
  const { between, change, runs } = await findChange(versions, async (three) => {
    console.log(`measuring ${three.join(", ")}`);
    return measureVersions(three, load, folder);
  });
  const size = `${changeText({ center: Math.exp(change.mean), low: Math.exp(change.low), high: Math.exp(change.high) })} (${(100 * change.confidence).toPrecision(3)} % confidence) CPU per request of always_on`;
  const isNamed = between !== undefined && versions.indexOf(between[1]) - versions.indexOf(between[0]) === 1;
  const where =
    between === undefined
      ? "no change is shown"
      : isNamed
        ? `it came with ${between[1]}`
        : `it came after ${between[0]} and by ${between[1]}; more --rounds may say more`;
  console.log(`${otel.to} against ${otel.from}: ${size}; ${where} (${runs} runs).`);
  process.exitCode = isNamed ? 0 : 3;
}

if (import.meta.main) await main();
