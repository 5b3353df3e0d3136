/**
 * Do other engines measure what the built-in driver measures? `npm run engines [-- --target orders --rounds 5 --duration 4s]`
 *
 * Loads the same untraced service with the built-in driver, vegeta and Locust in turn, at each rate. Shown: the medians over
 * rounds, the p50 over that of the built-in driver by round, and whether the counts equal those of the service. Ends with 1
 * if p50 or counts differ, or a round is invalid.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { median } from "../src/base/median.ts";
import { count, formatDuration, period, rate as perSecond } from "../src/base/units.ts";
import { drivers } from "../src/load/engines/kinds.ts";
import type { TrialRecord } from "../src/record/trial-record.ts";
import { targets } from "../src/target/services/index.ts";
import { endWithMistakes, measure, scriptOptions, temporaryFolder } from "./script.ts";

const RATES = [300, 1500];
const SAME = 0.1;

const options = scriptOptions({
  target: [targets.codec, "orders"],
  rounds: [count(1), "5"],
  duration: [period, "4s"],
  workers: [count(1, 64), "4"],
  rate: [perSecond],
});
const names = ["built-in", "vegeta", `locust:workers=${options.workers}`];
endWithMistakes(() => names.forEach((name) => drivers.parse(name).kind.check?.()));
const folder = temporaryFolder("engines");
/** One round of the phase latency, in fresh processes. */
async function measureRound(driver: string, rate: number, seed: number): Promise<TrialRecord> {
  const scenario = join(folder, "scenario.json");
  writeFileSync(scenario, JSON.stringify({ samplers: ["none"], seed }));
  const out = join(folder, `${driver.slice(0, 6)}-${rate}-${seed}.json`);
  const size = ["--rounds", "1", "--rate", `${rate}/s`, "--duration", formatDuration(options.duration)];
  const rest = ["--driver", driver, "--target", options.target.text, "--phase", "latency", "--no-reference"];
  const [record] = (await measure([scenario, ...size, ...rest], out)).records;
  if (record?.load === undefined) throw new Error(`${driver} at ${rate}/s: ${record?.failure ?? "no record"}`);
  return record;
}

const medianOf = (records: readonly TrialRecord[], pick: (record: TrialRecord) => number): number =>
  median(records.map(pick))!;
const p50 = ({ load }: TrialRecord): number => load!.responseTime!.p50;
const serviceP50 = ({ load }: TrialRecord): number => load!.serviceTime!.p50;
const p99 = ({ load }: TrialRecord): number => load!.responseTime!.p99;
const text = (ms: number): string => ms.toFixed(3);

function rowOf(name: string, records: ReadonlyMap<string, readonly TrialRecord[]>): Record<string, string> {
  const [own, usual] = [records.get(name)!, records.get(names[0]!)!];
  const ratio = (pick: (record: TrialRecord) => number): number =>
    median(own.map((record, at) => pick(record) / pick(usual[at]!)))!;
  const sum = (pick: (record: TrialRecord) => number): number => own.reduce((all, record) => all + pick(record), 0);
  const [atDriver, atService] = [
    sum(({ requests }) => requests!.completedAtDriver),
    sum(({ requests }) => requests!.startedAtTarget),
  ];
  if (own.some(({ valid }) => !valid)) isValid = false;
  if (atDriver !== atService || Math.abs(ratio(p50) - 1) > SAME) isSame = false;
  return {
    driver: name,
    completed: String(atDriver),
    "at the service": String(atService),
    "p50 ms": text(medianOf(own, p50)),
    "p50 / built-in": ratio(p50).toFixed(3),
    "service p50 / built-in": ratio(serviceP50).toFixed(3),
    "p99 ms": text(medianOf(own, p99)),
    "p99 / built-in": ratio(p99).toFixed(3),
    "late p50 ms": text(medianOf(own, ({ load }) => load!.lateMs!.p50)),
    "late p99 ms": text(medianOf(own, ({ load }) => load!.lateMs!.p99)),
    "driver cores": medianOf(own, ({ resources }) => resources!.driverCoreShare!).toFixed(2),
  };
}

/** Where p99 differs: in the driver's lateness, or in what it takes for the service's time. */
function reasonOf(own: readonly TrialRecord[], usual: readonly TrialRecord[]): string {
  const invalid = own.filter(({ valid }) => !valid).length;
  const codes = new Set(own.flatMap(({ warnings }) => warnings.map(({ code }) => code)));
  const validity = `${invalid} of ${own.length} rounds invalid; warnings: ${[...codes].join(", ") || "none"}`;
  const differenceMs = medianOf(own, p99) - medianOf(usual, p99);
  if (Math.abs(differenceMs) <= SAME * medianOf(usual, p99)) return `p99 agrees; ${validity}`;
  const of = (pick: (record: TrialRecord) => number): string => text(medianOf(own, pick) - medianOf(usual, pick));
  const late = of(({ load }) => load!.lateMs!.p99);
  const service = of(({ load }) => load!.serviceTime!.p99);
  return `p99 differs by ${text(differenceMs)} ms: lateness p99 by ${late} ms, p99 from the send by ${service} ms; ${validity}`;
}

let [isSame, isValid] = [true, true];
for (const rate of options.rate === undefined ? RATES : [options.rate]) {
  const records = new Map<string, TrialRecord[]>(names.map((name) => [name, []]));
  for (let round = 1; round <= options.rounds; round++)
    for (const name of names) records.get(name)!.push(await measureRound(name, rate, round));
  console.log(`\n${rate} requests/s, ${options.target.text}`);
  console.table(names.map((name) => rowOf(name, records)));
  for (const name of names) console.log(`${name}: ${reasonOf(records.get(name)!, records.get(names[0]!)!)}`);
}
console.log(`p50 ${isSame ? "and counts agree" : "or counts differ"}${isValid ? "" : "; some rounds are invalid"}`);
process.exitCode = isSame && isValid ? 0 : 1;
