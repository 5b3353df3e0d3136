/**
 * Proof of `observe`: eight replicas in two groups behind HAProxy, scraped by a real Prometheus, in rounds of restarts.
 * `npm run observe-proof [-- --part compare]`, 7 minutes in all:
 * compare (5 min): two equal groups show no difference, `bench` finds the same CPU per request for the same service and rate,
 * and 20 % more CPU are found. faults (2 min): Prometheus killed and restarted, a replica killed and a scrape target missing
 * make only their windows invalid. many (20 s): 200 replicas in 1,000 windows, made up, are read in under ten seconds.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { z } from "zod";
import { count, period, rate } from "../src/base/units.ts";
import { Cluster, missingPrograms, REPLICA } from "../src/e2e/cluster.fixture.ts";
import type { Estimate } from "../src/estimate/estimate.ts";
import { baselineOf } from "../src/plan/variant.ts";
import { readResults } from "../src/record/file.ts";
import type { Results } from "../src/record/results.ts";
import { judgeMany } from "./observe-many.ts";
import { measure, REPOSITORY, scriptOptions, temporaryFolder } from "./script.ts";
import { changeText } from "../src/report/format.ts";

const REPLICAS = 4;
const BURN_US = 600;
const EXTRA = 0.2;
const SETTLE_MS = 4000;

const options = scriptOptions({
  part: [z.enum(["all", "compare", "faults", "many"]), "all"],
  rounds: [count(6), "6"],
  window: [period, "6s"],
  // scrapes and health checks cost CPU too: at half of it they are a tenth of what a request costs
  rate: [rate, "640/s"],
});
const folder = temporaryFolder("observe");
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
    length: `${2 * windowS + SETTLE_MS / 1000}s`,
    settle: `${SETTLE_MS}ms`,
    window: `${windowS}s`,
    scrape: "1s",
    drive: { command: cluster.command, groups, timeout: "60s" },
  };
  try {
    const [path, out] = [join(folder, `${name}.json`), join(folder, `${name}-results.json`)];
    writeFileSync(path, JSON.stringify(plan));
    const args = [
      join(REPOSITORY, "src", "main.ts"),
      "observe",
      path,
      "--prometheus",
      cluster.prometheus,
      "--drive",
      "--out",
      out,
    ];
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

/** CPU per request: the change from the baseline, or the baseline's own. */
function cpuOf({ estimates, plan }: Results, unit: "ratio" | "us/request", isOwn = false): Estimate {
  const baseline = baselineOf(plan);
  const found = (estimates as unknown as Estimate[]).find(
    (one) =>
      one.metric === "cpuUsPerRequest" &&
      one.phase === "cost" &&
      one.unit === unit &&
      (isOwn ? one.variant === baseline && one.against === undefined : one.against === baseline),
  );
  if (found?.low === undefined) throw new Error(`no interval of CPU per request in ${unit}`);
  return found;
}

/** The same service at the rate of one replica, measured by `bench`. */
async function benchSame(): Promise<Results> {
  const path = join(folder, "bench.json");
  writeFileSync(
    path,
    JSON.stringify({
      target: `command:"${process.execPath} ${REPLICA} {port} plain ${BURN_US}"`,
      samplers: ["always_on"],
      requests: [{ route: "GET /", path: "/", weight: 1 }],
    }),
  );
  const about = [path, "--phase", "cost", "--rounds", String(options.rounds)];
  const load = [
    "--cost-rate",
    `${options.rate / 2 / REPLICAS}/s`,
    "--duration",
    `${2 * options.window}ms`,
    "--warmup",
    `${SETTLE_MS}ms`,
  ];
  return measure([...about, ...load], join(folder, "bench-results.json"));
}

function usText({ center, low, high }: Estimate): string {
  return `${center.toFixed(0)} µs [${low!.toFixed(0)}, ${high!.toFixed(0)}]`;
}

function textOf(ratio: Estimate): string {
  return `${changeText(ratio)}, ${ratio.verdict}, ${ratio.n} rounds`;
}

/** In the second window of rounds 3, 5 and 6: Prometheus is killed, a replica is, and a scrape target is missing. */
async function disturb(cluster: Cluster, round: number): Promise<void> {
  if (![3, 5, 6].includes(round)) return;
  // Prometheus takes up to 5 s to drop a target
  await sleep(SETTLE_MS + options.window * (round === 6 ? 0.85 : 1.4));
  if (round === 3) {
    await cluster.kill("prometheus");
    await sleep(options.window * 0.4);
    await cluster.startPrometheus();
  } else if (round === 5) await cluster.kill("blue-2");
  else cluster.scrapeAllBut("green-3");
}

async function showComparisons(): Promise<void> {
  const equal = await observe("equal", { plain: BURN_US, again: BURN_US });
  const same = cpuOf(equal, "ratio");
  check("two equal groups", same.verdict !== "regression" && same.verdict !== "improvement", textOf(same));
  const [observed, benched] = [cpuOf(equal, "us/request", true), cpuOf(await benchSame(), "us/request", true)];
  const overlap = observed.low! <= benched.high! && benched.low! <= observed.high!;
  check("CPU per request overlaps that of bench", overlap, `observe ${usText(observed)}, bench ${usText(benched)}`);
  const extraUs = Math.round(EXTRA * observed.center);
  const dearer = await observe("dearer", { plain: BURN_US, dear: BURN_US + extraUs });
  const [more, us] = [cpuOf(dearer, "ratio"), cpuOf(dearer, "us/request")];
  const isFound = more.verdict === "regression" && us.low! <= extraUs && us.high! >= extraUs;
  check(`${EXTRA * 100} % more CPU, ${extraUs} µs`, isFound, `${usText(us)}, ${textOf(more)}`);
}

async function showFaults(): Promise<void> {
  const { records } = await observe("disturbed", { plain: BURN_US, again: BURN_US }, disturb);
  const reasonOf = (round: number): string =>
    records
      .flatMap(({ trial, warnings }) => (trial.round === round ? warnings : []))
      .find(({ code }) => code === "window-void")?.message ?? "none";
  const voids = [...new Set(records.map(({ trial }) => trial.round))].filter((round) => reasonOf(round) !== "none");
  const reasons = voids.map((round) => `round ${round} ${reasonOf(round)}`).join("; ");
  check("Prometheus killed in round 3, a replica in 5, no target in 6", voids.join() === "3,5,6", reasons);
  const valid = records.filter((record) => record.valid).length;
  check("all rounds are valid by their other windows", valid === records.length, `${valid} of ${records.length}`);
}

function showMany(): void {
  const { cpuSeconds, text } = judgeMany();
  const found = `${cpuSeconds.toFixed(1)} s of CPU; ${text}`;
  check("200 replicas in 1,000 windows are judged in under 10 s", cpuSeconds < 10, found);
}

const missing = missingPrograms();
const PARTS = { compare: showComparisons, faults: showFaults, many: showMany };
for (const [part, show] of Object.entries(PARTS)) {
  if (options.part !== "all" && options.part !== part) continue;
  const begin = performance.now();
  if (part !== "many" && missing !== undefined) console.log(`skipped ${part}: ${missing}`);
  else await show();
  console.log(`${part}: ${((performance.now() - begin) / 1000).toFixed(0)} s`);
}
process.exitCode = failures === 0 ? 0 : 1;
