/**
 * Measures what docs/tolls.md shows, and writes that page: `npm run tolls [-- OPTIONS OF BENCH]`, about 20 minutes.
 *
 * A complete results file is kept, whatever the options: delete it in `results/tolls` to measure it again. Options go to each run.
 * Ends with the highest exit code of the runs.
 */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { readResults } from "../src/record/file.ts";
import { endWithMistakes, REPOSITORY } from "./script.ts";

const FOLDER = join(REPOSITORY, "results", "tolls");
const UPGRADE = "--otel 2.12.1 --otel 3.1.1 --sampler always_on";

/** The options of `bench` by results file; the page's headings are the names of the files. */
const TOLLS = {
  "SDK-2.12.1-against-3.1.1-on-orders": `${UPGRADE} --target orders`,
  "SDK-2.12.1-against-3.1.1-on-express": `${UPGRADE} --target express`,
  "versions-of-Node": "--node 22 --node 24 --node 26 --sampler always_on --phase cost --phase latency",
  exporters: "exporters",
  instrumentations: "instrumentations --phase cost --duration 32s --rounds 12",
};

mkdirSync(FOLDER, { recursive: true });
let worst = 0;
for (const [name, options] of Object.entries(TOLLS)) {
  const out = join(FOLDER, `${name}.json`);
  if (existsSync(out) && endWithMistakes(() => readResults(out)).ending === "completed") {
    console.log(`${name}: measured before`);
    continue;
  }
  const words = [...options.split(" "), ...process.argv.slice(2), "--out", out, "--force"];
  const { exitCode = 1 } = await execa(process.execPath, ["src/main.ts", "bench", ...words], {
    cwd: REPOSITORY,
    stdio: "inherit",
    reject: false,
  });
  console.log(`${name}: exit code ${exitCode}`);
  worst = Math.max(worst, exitCode);
  if (exitCode === 2) break;
}
if (worst !== 2) await execa("npm", ["run", "-s", "docs"], { cwd: REPOSITORY, stdio: "inherit" });
process.exitCode = worst;
