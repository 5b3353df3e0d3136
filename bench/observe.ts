/**
 * Proof of `observe`: eight replicas in two groups behind HAProxy, scraped by a real Prometheus, six rounds each.
 * Two equal groups show no difference, 20 % more CPU are found, and if Prometheus and a replica are killed, only the windows
 * concerned are void. Then 200 replicas in 1,000 windows, made up, are judged in under ten seconds. A minute and a half a run.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { count, period, rate } from "../src/base/units.ts";
import { Cluster, missingPrograms } from "../src/e2e/cluster.fixture.ts";
import type { Estimate } from "../src/estimate/estimate.ts";
import { readResults } from "../src/record/file.ts";
import type { Results } from "../src/record/results.ts";
import { judgeMany } from "./observe-many.ts";
import { scriptOptions } from "./script-options.ts";

const REPLICAS = 4;
const BURN_US = 600;
const EXTRA = 0.2;
const MAIN = join(import.meta.dirname, "../src/main.ts");

const options = scriptOptions({
  rounds: [count(4), "6"],
  window: [period, "8s"],
  rate: [rate, "120/s"],
});
const folder = mkdtempSync(join(tmpdir(), "spantoll-observe-"));
let failures = 0;

function check(what: string, isRight: boolean, found: string): void {
  if (!isRight) failures++;
  console.log(`${isRight ? "ok    " : "FAILED"} ${what}: ${found}`);
}

/** Observes two variants, with what `disturb` does as each round begins. */
async function observe(
  name: string,
  burnUs: Readonly<Record<string, number>>,
  disturb: (cluster: Cluster, round: number) => Promise<void> = async () => undefined,
): Promise<Results> {
  const groups = ["blue", "green"];
  const cluster = await Cluster.start({
    folder: join(folder, name),
    groups,
    replicas: REPLICAS,
    burnUs,
    rate: options.rate,
  });
  const [baseline] = Object.keys(burnUs);
  const windowS = options.window / 1000;
  const plan = {
    service: "proof",
    preset: "process",
    match: 'job="shop"',
    variants: Object.fromEntries(Object.keys(burnUs).map((variant) => [variant, "none"])),
    baseline,
    replicas: REPLICAS,
    rounds: options.rounds,
    length: `${2 * windowS + 4}s`,
    settle: "4s",
    window: `${windowS}s`,
    scrape: "1s",
    drive: { command: cluster.command, groups, timeout: "60s" },
  };
  try {
    const [path, out] = [join(folder, `${name}.json`), join(folder, `${name}-results.json`)];
    writeFileSync(path, JSON.stringify(plan));
    const args = [MAIN, "observe", path, "--prometheus", cluster.prometheus, "--drive", "--out", out];
    const running = execa(process.execPath, args, { reject: false, stdout: "ignore" });
    let [round, disturbed] = [0, Promise.resolve()];
    for await (const line of running.iterable({ from: "stderr" })) {
      process.stderr.write(`${name}: ${line}\n`);
      if (line.includes("until ")) disturbed = disturb(cluster, ++round);
    }
    await Promise.all([running, disturbed]);
    return readResults(out);
  } finally {
    await cluster.stop();
  }
}

function changeOf({ estimates }: Results, unit = "ratio"): Estimate {
  const found = (estimates as unknown as Estimate[]).find(
    (one) => one.metric === "cpuUsPerRequest" && one.phase === "cost" && one.unit === unit && one.against !== undefined,
  );
  if (found === undefined) throw new Error("no change of CPU per request was estimated");
  return found;
}

function textOf({ center, low, high, verdict, n }: Estimate): string {
  const percent = (ratio = Number.NaN): string => `${((ratio - 1) * 100).toFixed(1)} %`;
  return `${percent(center)} [${percent(low)}, ${percent(high)}], ${verdict}, ${n} rounds`;
}

/** Kills Prometheus in the second window of round 3, and a replica in the second window of round 5. */
async function disturb(cluster: Cluster, round: number): Promise<void> {
  if (round !== 3 && round !== 5) return;
  await sleep(4000 + options.window * 1.4);
  if (round === 5) return cluster.kill("blue-2");
  await cluster.kill("prometheus");
  await sleep(options.window * 0.4);
  await cluster.startPrometheus();
}

const missing = missingPrograms();
if (missing === undefined) {
  const equal = await observe("equal", { plain: BURN_US, again: BURN_US });
  const same = changeOf(equal);
  check("two equal groups", same.verdict !== "regression" && same.verdict !== "improvement", textOf(same));
  const cpuUs = equal.records.flatMap(({ resources, trial }) =>
    trial.variant === "plain" ? (resources?.cpuUsPerRequest ?? []) : [],
  );
  const meanUs = cpuUs.reduce((sum, us) => sum + us, 0) / cpuUs.length;
  const extraUs = Math.round(EXTRA * meanUs);
  const dearer = await observe("dearer", { plain: BURN_US, dear: BURN_US + extraUs });
  const [more, us] = [changeOf(dearer), changeOf(dearer, "us/request")];
  const isFound = more.verdict === "regression" && us.low! <= extraUs && us.high! >= extraUs;
  const found = `${us.center.toFixed(0)} us [${us.low!.toFixed(0)}, ${us.high!.toFixed(0)}], ${textOf(more)}`;
  check(`${EXTRA * 100} % more CPU, ${extraUs} us`, isFound, found);
  const disturbed = await observe("disturbed", { plain: BURN_US, again: BURN_US }, disturb);
  const voids = disturbed.records.filter(({ warnings }) => warnings.some(({ code }) => code === "window-void"));
  const rounds = [...new Set(voids.map(({ trial }) => trial.round))].join(", ");
  check("Prometheus killed in round 3, a replica in round 5: void windows in rounds", rounds === "3, 5", rounds);
  check(
    "and all rounds are valid by their other windows",
    disturbed.records.every(({ valid }) => valid),
    textOf(changeOf(disturbed)),
  );
} else console.log(`skipped: ${missing}`);
const { cpuSeconds, text } = judgeMany();
check(
  "200 replicas in 1,000 windows are judged in under 10 s",
  cpuSeconds < 10,
  `${cpuSeconds.toFixed(1)} s of CPU; ${text}`,
);
rmSync(folder, { recursive: true });
process.exitCode = failures === 0 ? 0 : 1;
