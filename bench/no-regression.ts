/**
 * Is nothing found where nothing is? `node bench/no-regression.ts [--pairs 20] [-- BENCH OPTIONS]`
 *
 * For every pair `bench` runs twice, from the same commit, and `compare` holds the second against the first at the
 * default thresholds. Counts the pairs in which it finds a regression.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { execa } from "execa";
import type { Comparison } from "../src/estimate/index.ts";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { pairs: { type: "string", default: "20" } },
});
const folder = mkdtempSync(join(tmpdir(), "spantoll-no-regression-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
let alarms = 0;
for (let pair = 1; pair <= Number(values.pairs); pair++) {
  const [base, candidate] = [await measure("base"), await measure("candidate")];
  const { exitCode, title, comparisons } = await compare(base, candidate);
  if (exitCode === 1) alarms++;
  const verdicts = Map.groupBy(comparisons, ({ ratio }) => ratio.verdict ?? "no verdict");
  const counts = [...verdicts].map(([verdict, all]) => `${all.length} ${verdict}`).join(", ");
  console.log(`pair ${pair}: ${exitCode === 1 ? title : "no regression"}; ${counts}`);
}
console.log(`a regression in ${alarms} of ${values.pairs} pairs of the same commit`);

async function measure(name: string): Promise<string> {
  const out = join(folder, `${name}.json`);
  const words = [MAIN, "bench", ...positionals, "--quiet", "--out", out];
  const { exitCode } = await execa(process.execPath, words, { reject: false, stdout: "ignore" });
  if (exitCode !== 0 && exitCode !== 1) throw new Error(`bench ended with ${exitCode}`);
  return out;
}

async function compare(
  base: string,
  candidate: string,
): Promise<{ exitCode: number; title: string; comparisons: readonly Comparison[] }> {
  const words = [MAIN, "compare", base, candidate, "--json"];
  const { stdout, exitCode = -1, stderr } = await execa(process.execPath, words, { reject: false });
  if (exitCode !== 0 && exitCode !== 1) throw new Error(stderr);
  return { exitCode, ...(JSON.parse(stdout) as { title: string; comparisons: readonly Comparison[] }) };
}
