/**
 * Is an injected cost found? `npm run regression -- [--pairs 10] [--cost 5%] [--sampler always_on] [-- BENCH OPTIONS]`
 *
 * In a clone of this repository two commits are made on top of HEAD: one whose services burn nothing, with the burner's
 * code, and one whose services burn a known share of CPU more a request. `compare --commits` then measures these two
 * side by side, time and again; each candidate tells by its own CPU clock what it burnt. Before that, a pilot burns a
 * little, to tell what a request costs and how much of what it is told a service burns under load; each pair then burns
 * the share asked for of what the one before it found a request to cost. Ends with 1 where fewer than nine of ten are
 * found.
 */
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { execa } from "execa";
import { count, positiveShare } from "../src/base/units.ts";
import { readOption } from "../src/cli/read-option.ts";
import type { Comparison } from "../src/estimate/compare.ts";
import { readResults } from "../src/record/file.ts";
import { percentText } from "../src/report/format.ts";
import { samplers } from "../src/target/samplers/index.ts";
import { scriptOptions } from "./script-options.ts";

const REPOSITORY = fileURLToPath(new URL("../", import.meta.url));
/** A small service, which is warm after seconds: a larger one takes ten, and a pair then minutes. */
const SERVICE = ["--target", "bare:5", "--cost-rate", "1000/s"];
const USUAL = [...SERVICE, "--phase", "cost", "--rounds", "8", "--duration", "3s", "--warmup", "2500ms"];
const BURNS = /keepRequestBooks\(options\.burnUsPerRequest[^)]*\)/;
/** The base commit reads the burner's clock too, so that the difference is the burning alone. */
const BASE_US = 0;
const PILOT_US = 4;
/** A pair counts where what was burnt is about what was asked for. */
const BURNT_AT_MOST = 1.4;

const { pairs, cost, sampler, benchOptions } = scriptOptions(() => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      pairs: { type: "string", default: "10" },
      cost: { type: "string", default: "5%" },
      sampler: { type: "string", default: "always_on" },
    },
  });
  return {
    pairs: readOption("--pairs", count(), values.pairs),
    cost: readOption("--cost", positiveShare, values.cost),
    // the name that its variants have
    sampler: samplers.parse(values.sampler).text,
    benchOptions: positionals,
  };
});
const folder = mkdtempSync(join(tmpdir(), "spantoll-regression-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
const clone = join(folder, "clone");
await execa("git", ["clone", "--quiet", "--shared", REPOSITORY, clone]);
symlinkSync(join(REPOSITORY, "node_modules"), join(clone, "node_modules"), "dir");
await commitBurning(BASE_US);
await commitBurning(PILOT_US);
const pilot = await compare();
tell("pilot", pilot);
let hits = 0;
let [toldUs, last] = [PILOT_US, pilot];
for (let pair = 1; pair <= pairs; pair++) {
  // of what a request costs now: the machine is not always as fast
  toldUs *= (cost * last.baseUs) / last.burntUs;
  await execa("git", ["-C", clone, "reset", "--quiet", "--hard", "HEAD~1"]);
  await commitBurning(toldUs);
  const found = (last = await compare());
  if (found.cpu.verdict === "regression" && found.burntUs <= BURNT_AT_MOST * cost * found.baseUs) hits++;
  tell(`pair ${pair}`, found);
}
console.log(`regression found in ${hits} of ${pairs}, at ${percentText(cost)} of ${sampler}'s CPU per request`);
process.exitCode = hits < 0.9 * pairs ? 1 : 0;

interface Found {
  readonly cpu: Comparison["ratio"];
  /** CPU per request of the sampler in the base. */
  readonly baseUs: number;
  /** What the candidate says it burnt in each request, mean over rounds. */
  readonly burntUs: number;
  readonly tookMs: number;
}

async function compare(): Promise<Found> {
  const startedMs = performance.now();
  const out = join(folder, "results.json");
  const options = ["--sampler", sampler, "--no-reference", ...USUAL, ...benchOptions];
  const main = join(clone, "src", "main.ts");
  const words = [main, "compare", "--commits", "HEAD~1", "HEAD", ...options, "--json", "--quiet", "--out", out];
  const { stdout, exitCode } = await execa(process.execPath, words, { cwd: clone, reject: false, stderr: "inherit" });
  // the mistake is told on stderr, which is ours
  if (exitCode === 2) process.exit(2);
  if (exitCode !== 0 && exitCode !== 1) throw new Error(`compare ended with ${exitCode}`);
  const { comparisons } = JSON.parse(stdout) as { comparisons: readonly Comparison[] };
  const found = comparisons.find(
    ({ ratio }) => ratio.variant.startsWith(sampler) && ratio.metric === "cpuUsPerRequest",
  );
  if (found === undefined) throw new Error(`nothing was measured of ${sampler}`);
  const burnt = readResults(out).records.flatMap(({ trial, resources }) =>
    trial.variant === found.ratio.variant ? (resources?.burntUsPerRequest ?? []) : [],
  );
  if (burnt.length === 0) throw new Error("the candidate tells nothing of what it burnt");
  const burntUs = burnt.reduce((sum, us) => sum + us, 0) / burnt.length;
  return { cpu: found.ratio, baseUs: found.base.center, burntUs, tookMs: performance.now() - startedMs };
}

async function commitBurning(us: number): Promise<void> {
  const path = join(clone, "src", "target", "probe", "probe.ts");
  const source = readFileSync(path, "utf8");
  if (!BURNS.test(source)) throw new Error(`${path} does not hold ${BURNS}`);
  writeFileSync(path, source.replace(BURNS, `keepRequestBooks(options.burnUsPerRequest ?? ${us.toFixed(1)})`));
  const identity = ["-c", "user.name=spantoll", "-c", "user.email=spantoll@localhost"];
  await execa("git", ["-C", clone, ...identity, "commit", "--quiet", "--all", "--message", `burn ${us.toFixed(1)} µs`]);
}

function tell(what: string, { cpu, baseUs, burntUs, tookMs }: Found): void {
  const percent = (ratio = Number.NaN): string => ((ratio - 1) * 100).toFixed(2);
  const injected = ((burntUs / baseUs) * 100).toFixed(2);
  console.log(
    `${what}: ${cpu.verdict ?? "no verdict"}, ${percent(cpu.center)} % [${percent(cpu.low)}, ${percent(cpu.high)}]; burnt ${injected} % of ${baseUs.toFixed(0)} µs; ${(tookMs / 1000).toFixed(0)} s`,
  );
}
