/**
 * Is an injected cost found? `node bench/regression.ts [--pairs 10] [--cost 5%] [--sampler always_on] [-- BENCH OPTIONS]`
 *
 * In a clone of this repository at HEAD, a commit is made whose services burn a known share of CPU more in every
 * request. `compare --commits` then measures HEAD and that commit side by side, time and again; each candidate tells
 * by its own CPU clock what it burnt. Before that, HEAD is compared with itself, for the base and as a control, and a
 * pilot shows how much of what it is told a service burns under load; the pairs then burn the share asked for.
 */
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { execa } from "execa";
import { share } from "../src/base/units.ts";
import type { Comparison } from "../src/estimate/index.ts";
import { readResults } from "../src/record/index.ts";

const REPOSITORY = fileURLToPath(new URL("../", import.meta.url));
const USUAL = ["--phase", "cost", "--rounds", "6", "--duration", "6s", "--warmup", "3s"];
const BURNS = "keepRequestBooks(options.burnUsPerRequest)";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    pairs: { type: "string", default: "10" },
    cost: { type: "string", default: "5%" },
    sampler: { type: "string", default: "always_on" },
  },
});
const { sampler } = values;
const cost = share.parse(values.cost);
const folder = mkdtempSync(join(tmpdir(), "spantoll-regression-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
const clone = join(folder, "clone");
await execa("git", ["clone", "--quiet", "--shared", REPOSITORY, clone]);
symlinkSync(join(REPOSITORY, "node_modules"), join(clone, "node_modules"), "dir");
const control = await compare("HEAD", "HEAD");
tell("control", control);
const told = cost * control.baseUs;
await commitBurning(told);
const pilot = await compare("HEAD~1", "HEAD");
tell("pilot", pilot);
await execa("git", ["-C", clone, "reset", "--quiet", "--hard", "HEAD~1"]);
await commitBurning((told * cost) / (pilot.burntUs / pilot.baseUs));
const verdicts: (string | undefined)[] = [];
for (let pair = 1; pair <= Number(values.pairs); pair++) {
  const found = await compare("HEAD~1", "HEAD");
  verdicts.push(found.cpu.verdict);
  tell(`pair ${pair}`, found);
}
const hits = verdicts.filter((verdict) => verdict === "regression").length;
console.log(`regression found in ${hits} of ${verdicts.length}, at ${values.cost} of ${sampler}'s CPU per request`);

interface Found {
  readonly cpu: Comparison["ratio"];
  readonly baseUs: number;
  /** What the candidate says it burnt in each request, mean over rounds. */
  readonly burntUs: number;
}

async function compare(base: string, candidate: string): Promise<Found> {
  const out = join(folder, "results.json");
  const options = ["--sampler", sampler, "--no-reference", ...USUAL, ...positionals];
  const main = join(clone, "src", "main.ts");
  const words = [main, "compare", "--commits", base, candidate, ...options, "--json", "--quiet", "--out", out];
  const { stdout, exitCode } = await execa(process.execPath, words, { cwd: clone, reject: false, stderr: "inherit" });
  if (exitCode !== 0 && exitCode !== 1) throw new Error(`compare ended with ${exitCode}`);
  const { comparisons } = JSON.parse(stdout) as { comparisons: readonly Comparison[] };
  const found = comparisons.find(
    ({ ratio }) => ratio.variant.startsWith(sampler) && ratio.metric === "cpuUsPerRequest",
  );
  if (found === undefined) throw new Error(`nothing was measured of ${sampler}`);
  const burnt = readResults(out).records.flatMap(({ trial, resources }) =>
    trial.variant === found.ratio.variant ? (resources?.burntUsPerRequest ?? []) : [],
  );
  const burntUs = burnt.reduce((sum, us) => sum + us, 0) / Math.max(1, burnt.length);
  return { cpu: found.ratio, baseUs: found.base.center, burntUs };
}

async function commitBurning(us: number): Promise<void> {
  const path = join(clone, "src", "subject", "probe", "probe.ts");
  const source = readFileSync(path, "utf8");
  if (!source.includes(BURNS)) throw new Error(`${path} does not hold ${BURNS}`);
  writeFileSync(path, source.replace(BURNS, `keepRequestBooks(options.burnUsPerRequest ?? ${us.toFixed(1)})`));
  const identity = ["-c", "user.name=spantoll", "-c", "user.email=spantoll@localhost"];
  await execa("git", ["-C", clone, ...identity, "commit", "--quiet", "--all", "--message", `burn ${us.toFixed(1)} µs`]);
}

function tell(what: string, { cpu, baseUs, burntUs }: Found): void {
  const percent = (ratio = Number.NaN): string => ((ratio - 1) * 100).toFixed(2);
  const injected = ((burntUs / baseUs) * 100).toFixed(2);
  console.log(
    `${what}: ${cpu.verdict ?? "no verdict"}, ${percent(cpu.center)} % [${percent(cpu.low)}, ${percent(cpu.high)}]; burnt ${injected} % of ${baseUs.toFixed(0)} µs`,
  );
}
