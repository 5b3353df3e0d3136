/**
 * Does a simulation agree with a live run? `node bench/live-simulated.ts [--rounds 6] [--rate 300/s]`, three minutes.
 * One run measures `ratio:0.1` live and records what `always_on` kept. The recording is simulated with `ratio:0.1` and
 * compared with the live figures. A metric agrees if both differ by no more than √(h² + h′²): h and h′ are the
 * half-widths of the two intervals towards each other, widened to hold at 95 % for all metrics at once (Bonferroni).
 * Exit code 1 if one metric disagrees.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import CliTable from "cli-table3";
import { count, rate } from "../src/base/units.ts";
import { outcomesOf, type SimulatedFigure } from "../src/cli/simulate/figures.ts";
import { readOption } from "../src/cli/read-option.ts";
import { normalQuantile } from "../src/estimate/statistics/distributions.ts";
import type { Estimate } from "../src/estimate/estimate.ts";
import { readResults } from "../src/record/file.ts";
import { simulate } from "../src/simulate/simulate.ts";
import { scriptOptions } from "./script-options.ts";

const SAMPLER = "ratio:0.1";
const REPETITIONS = 40;

interface Pair {
  readonly live: Estimate;
  readonly simulated: SimulatedFigure;
}

const values = scriptOptions(() => {
  const { values } = parseArgs({
    options: { rounds: { type: "string", default: "6" }, rate: { type: "string", default: "300/s" } },
  });
  readOption("--rounds", count(), values.rounds);
  readOption("--rate", rate, values.rate);
  return values;
});
const folder = mkdtempSync(join(tmpdir(), "spantoll-bench-"));
try {
  const [out, recording] = [join(folder, "live.json"), join(folder, "traces.jsonl")];
  const main = join(import.meta.dirname, "../src/main.ts");
  const size = ["--phase", "latency", "--duration", "4s", "--rounds", values.rounds, "--rate", values.rate];
  const args = ["bench", "--sampler", SAMPLER, ...size, "--record", recording, "--out", out];
  // ends with 3 if a trial is invalid: what is left is enough, or there are no pairs
  spawnSync(process.execPath, [main, ...args], { stdio: ["ignore", "ignore", "inherit"], timeout: 240_000 });
  const pairs = await pairsOf(readResults(out).estimates as Estimate[], recording);
  process.exitCode = show(pairs) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function pairsOf(estimates: readonly Estimate[], recording: string): Promise<Pair[]> {
  const options = { samplers: [SAMPLER], repeat: REPETITIONS, seed: 1, windowSpans: 100_000, baseDir: "." };
  const [outcome] = outcomesOf(await simulate({ files: [recording], ...options }), undefined);
  const live = new Map(
    estimates.filter(({ variant, against }) => variant === SAMPLER && against === undefined).map((e) => [e.metric, e]),
  );
  return outcome!.figures.flatMap((simulated) => {
    const own = live.get(simulated.metric);
    return own?.low === undefined || simulated.low === undefined ? [] : [{ live: own, simulated }];
  });
}

function show(pairs: readonly Pair[]): boolean {
  const widening = normalQuantile(1 - 0.025 / pairs.length) / normalQuantile(0.975);
  const table = new CliTable({
    head: ["metric", "live", "simulated", "difference", "joint interval ±", "agree"],
    colAligns: ["left", "right", "right", "right", "right", "left"],
    style: { head: [], border: [], compact: true },
  });
  let [disagreeing, beyondOwn] = [0, 0];
  for (const { live, simulated } of pairs) {
    const difference = live.center - simulated.center;
    const allowed = Math.hypot(towards(live, -difference), towards(simulated, difference));
    const agrees = Math.abs(difference) <= widening * allowed + 1e-9;
    if (Math.abs(difference) > allowed + 1e-9) beyondOwn++;
    if (!agrees) disagreeing++;
    const cells = [live.center, simulated.center, difference, widening * allowed].map((x) => x.toPrecision(3));
    table.push([live.metric, ...cells, agrees ? "yes" : "NO"]);
  }
  process.stdout.write(
    `${table.toString()}\n${pairs.length} metrics, ${disagreeing} disagree at 95 % for all together; ` +
      `${beyondOwn} are beyond their own 95 % (${(0.05 * pairs.length).toFixed(1)} to be expected)\n`,
  );
  return pairs.length > 0 && disagreeing === 0;
}

/** How far the interval reaches from its center in the direction of `sign`. */
function towards({ center, low, high }: Pick<Estimate, "center" | "low" | "high">, sign: number): number {
  return sign > 0 ? high! - center : center - low!;
}
