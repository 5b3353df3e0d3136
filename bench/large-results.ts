/**
 * How long `report` and `compare` take on a results file of 1,000 trials: `node bench/large-results.ts [trials]`.
 * Wall-clock time of the whole command, start-up included.
 */
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { fixtureResults } from "../src/report/results.fixture.ts";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const TRIALS_A_ROUND = 9;
const REQUESTS = 5400;
const trials = Number(process.argv[2] ?? 1000);
const rounds = Math.ceil(trials / TRIALS_A_ROUND);
const folder = mkdtempSync(join(tmpdir(), "spantoll-large-"));
try {
  const files = [1, 2].map((seed) => {
    const path = join(folder, `${seed}.json`);
    writeFileSync(path, JSON.stringify(fixtureResults({ rounds, requests: REQUESTS, seed })));
    return path;
  });
  const [base, candidate] = files as [string, string];
  console.log(`${rounds * TRIALS_A_ROUND} trials, ${(statSync(base).size / 1e6).toFixed(1)} MB`);
  await time("report", base);
  await time("report", base, "--html", join(folder, "report.html"));
  await time("compare", base, candidate);
  await time("history", base, candidate);
  await time("advise", base);
} finally {
  rmSync(folder, { recursive: true });
}

async function time(...words: string[]): Promise<void> {
  const start = performance.now();
  const { exitCode, stderr } = await execa(process.execPath, [MAIN, ...words], { reject: false, stdout: "ignore" });
  if (exitCode !== 0 && exitCode !== 1) throw new Error(`${words[0]} ended with ${exitCode}: ${stderr}`);
  const wallMs = performance.now() - start;
  console.log(`${words[0]}${words.includes("--html") ? " --html" : ""}: ${(wallMs / 1000).toFixed(2)} s`);
}
