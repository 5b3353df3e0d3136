/**
 * Do other engines measure what the built-in driver measures? `npm run engines [-- --rounds 5 --duration 4s]`
 *
 * Loads the same untraced service with the built-in driver, vegeta and Locust in turn, at each rate. Shown: the medians over
 * rounds, the p50 over that of the built-in driver by round, and whether the counts equal those of the service. Two services:
 * one that waits in each request, as for a database, and `orders`, which answers in less than 1 ms. With `orders` the CPU
 * that an engine takes is a part of what it measures, so this shows the limit of the machine. Ends with 1 if p50 of the
 * waiting service or any count differs, or a round of the waiting service is invalid. `--target` takes its place.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median } from "../src/base/median.ts";
import { total } from "../src/base/sum-of.ts";
import { count, formatDuration, period, rate as perSecond } from "../src/base/units.ts";
import { drivers } from "../src/load/engines/kinds.ts";
import type { TrialRecord } from "../src/record/trial-record.ts";
import { targets } from "../src/target/services/index.ts";
import { endWithMistakes, measure, scriptOptions, temporaryFolder } from "./script.ts";

const RATES = [300, 1500];
const SAME = 0.1;
/** At the higher rate, a service that waits 20 ms has 30 requests under way. */
const CONNECTIONS = "64";

const options = scriptOptions({
  target: [targets.codec],
  rounds: [count(1), "5"],
  duration: [period, "4s"],
  workers: [count(1, 64), "4"],
  rate: [perSecond],
});
type Target = NonNullable<typeof options.target>;

const waiting = targets.parse(`command:"node '${fileURLToPath(new URL("waiting-service.ts", import.meta.url))}'"`);
const fast = targets.parse("orders");
const names = ["built-in", "vegeta", `locust:workers=${options.workers}`];
endWithMistakes(() => names.forEach((name) => drivers.parse(name).kind.check?.()));
const folder = temporaryFolder("engines");

/** One round of the phase latency, in fresh processes. */
async function measureRound(target: Target, driver: string, rate: number, seed: number): Promise<TrialRecord> {
  const scenario = join(folder, "scenario.json");
  const requests = target.kind.requests.length === 0 && { requests: [{ route: "GET /", path: "/" }] };
  writeFileSync(scenario, JSON.stringify({ target: target.text, samplers: ["none"], seed, ...requests }));
  const out = join(folder, `${target.kind.name}-${driver.slice(0, 6)}-${rate}-${seed}.json`);
  const size = ["--rounds", "1", "--rate", `${rate}/s`, "--duration", formatDuration(options.duration)];
  const rest = ["--driver", driver, "--phase", "latency", "--no-reference", "--connections", CONNECTIONS];
  const [record] = (await measure([scenario, ...size, ...rest], out)).records;
  if (record?.load === undefined) throw new Error(`${driver} at ${rate}/s: ${record?.failure ?? "no record"}`);
  return record;
}

/** Fields of a load: from when a request was due, from its send, and between the two. */
const TIMES = { "from due": "responseTime", "from send": "serviceTime", late: "lateMs" } as const;
const QUANTILES = ["p50", "p99"] as const;
type Time = (typeof TIMES)[keyof typeof TIMES];
type Quantile = (typeof QUANTILES)[number];

const completed = ({ requests }: TrialRecord): number => requests!.completedAtDriver;
const started = ({ requests }: TrialRecord): number => requests!.startedAtTarget;
const msOf = (record: TrialRecord, time: Time, quantile: Quantile): number => record.load![time]![quantile];

/** Median over rounds. */
function medianMs(records: readonly TrialRecord[], time: Time, quantile: Quantile): number {
  return median(records.map((record) => msOf(record, time, quantile)))!;
}

function rowOf(name: string, own: readonly TrialRecord[], usual: readonly TrialRecord[]): Record<string, string> {
  const columns = Object.entries(TIMES).flatMap(([title, time]) =>
    QUANTILES.flatMap((quantile) => {
      const ratios = own.map((record, at) => msOf(record, time, quantile) / msOf(usual[at]!, time, quantile));
      const ms = [`${title} ${quantile} ms`, medianMs(own, time, quantile).toFixed(3)];
      return time === "lateMs" ? [ms] : [ms, [`${title} ${quantile} / built-in`, median(ratios)!.toFixed(3)]];
    }),
  );
  return {
    driver: name,
    completed: String(total(own, completed)),
    "at the service": String(total(own, started)),
    "driver cores": median(own.map(({ resources }) => resources!.driverCoreShare!))!.toFixed(2),
    ...(Object.fromEntries(columns) as Record<string, string>),
  };
}

function agrees(quantile: Quantile, own: readonly TrialRecord[], usual: readonly TrialRecord[]): boolean {
  const usualMs = medianMs(usual, "responseTime", quantile);
  return Math.abs(medianMs(own, "responseTime", quantile) - usualMs) <= SAME * usualMs;
}

function validityOf(records: readonly TrialRecord[]): string {
  const invalid = records.filter(({ valid }) => !valid).length;
  const codes = new Set(records.flatMap(({ warnings }) => warnings.map(({ code }) => code)));
  return `${invalid} of ${records.length} rounds invalid; warnings: ${[...codes].join(", ") || "none"}`;
}

const faults: string[] = [];
const rates = options.rate === undefined ? RATES : [options.rate];
for (const target of options.target === undefined ? [waiting, fast] : [options.target])
  for (const rate of rates) {
    const records = new Map<string, TrialRecord[]>(names.map((name) => [name, []]));
    for (let round = 1; round <= options.rounds; round++)
      for (const name of names) records.get(name)!.push(await measureRound(target, name, rate, round));
    const usual = records.get(names[0]!)!;
    const title = `${rate} requests/s, ${target === waiting ? "a service that waits 10 to 20 ms" : target.text}`;
    console.log(`\n${title}`);
    console.table([...records].map(([name, own]) => rowOf(name, own, usual)));
    for (const [name, own] of records) {
      const found = QUANTILES.map((quantile) => `${quantile} ${agrees(quantile, own, usual) ? "agrees" : "differs"}`);
      console.log([name, [...found, validityOf(own)].join("; ")].join(": "));
      const fault = (what: string): void => void faults.push(`${title}, ${name}: ${what}`);
      if (total(own, completed) !== total(own, started)) fault("counts differ");
      if (target === fast && options.target === undefined) continue;
      if (!agrees("p50", own, usual)) fault("p50 differs");
      if (own.some(({ valid }) => !valid)) fault("some rounds are invalid");
    }
  }
console.log(`\n${faults.join("\n") || "p50 and counts agree"}`);
process.exitCode = faults.length === 0 ? 0 : 1;
