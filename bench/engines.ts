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

const medianOf = (records: readonly TrialRecord[], pick: (record: TrialRecord) => number): number =>
  median(records.map(pick))!;
const QUANTILES = ["p50", "p99"] as const;
type Quantile = (typeof QUANTILES)[number];
const fromDue = (quantile: Quantile) => (record: TrialRecord) => record.load!.responseTime![quantile];
const fromSend = (quantile: Quantile) => (record: TrialRecord) => record.load!.serviceTime![quantile];
const late = (quantile: Quantile) => (record: TrialRecord) => record.load!.lateMs![quantile];
const text = (ms: number): string => ms.toFixed(3);

const completed = ({ requests }: TrialRecord): number => requests!.completedAtDriver;
const started = ({ requests }: TrialRecord): number => requests!.startedAtTarget;

/** The median over rounds of a figure over that of the built-in driver. */
function ratioOf(
  own: readonly TrialRecord[],
  usual: readonly TrialRecord[],
  pick: (record: TrialRecord) => number,
): number {
  return median(own.map((record, at) => pick(record) / pick(usual[at]!)))!;
}

function rowOf(name: string, own: readonly TrialRecord[], usual: readonly TrialRecord[]): Record<string, string> {
  const ofQuantile = (quantile: Quantile): [string, string][] => [
    [`${quantile} ms`, text(medianOf(own, fromDue(quantile)))],
    [`${quantile} / built-in`, ratioOf(own, usual, fromDue(quantile)).toFixed(3)],
    [`from send ${quantile} ms`, text(medianOf(own, fromSend(quantile)))],
    [`from send ${quantile} / built-in`, ratioOf(own, usual, fromSend(quantile)).toFixed(3)],
    [`late ${quantile} ms`, text(medianOf(own, late(quantile)))],
  ];
  return {
    driver: name,
    completed: String(total(own, completed)),
    "at the service": String(total(own, started)),
    "driver cores": medianOf(own, ({ resources }) => resources!.driverCoreShare!).toFixed(2),
    ...Object.fromEntries(QUANTILES.flatMap(ofQuantile)),
  };
}

/** Undefined if a quantile agrees; else how much of that is the driver's lateness, and how much comes after the send. */
function differenceOf(
  quantile: Quantile,
  own: readonly TrialRecord[],
  usual: readonly TrialRecord[],
): string | undefined {
  const more = (pick: (record: TrialRecord) => number): number => medianOf(own, pick) - medianOf(usual, pick);
  const differenceMs = more(fromDue(quantile));
  if (Math.abs(differenceMs) <= SAME * medianOf(usual, fromDue(quantile))) return undefined;
  const [lateMs, sendMs] = [text(more(late(quantile))), text(more(fromSend(quantile)))];
  return `${quantile} differs by ${text(differenceMs)} ms: lateness by ${lateMs} ms, from the send by ${sendMs} ms`;
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
      const reasons = QUANTILES.map((quantile) => differenceOf(quantile, own, usual) ?? `${quantile} agrees`);
      console.log([name, [...reasons, validityOf(own)].join("; ")].join(": "));
      const fault = (what: string): void => void faults.push(`${title}, ${name}: ${what}`);
      if (total(own, completed) !== total(own, started)) fault("counts differ");
      if (target === fast && options.target === undefined) continue;
      if (differenceOf("p50", own, usual) !== undefined) fault("p50 differs");
      if (own.some(({ valid }) => !valid)) fault("some rounds are invalid");
    }
  }
console.log(`\n${faults.join("\n") || "p50 and counts agree"}`);
process.exitCode = faults.length === 0 ? 0 : 1;
