import { normal } from "../src/record/records.fixture.ts";
import { seededRandom } from "../src/base/random.ts";
import { runEstimates } from "../src/estimate/estimates.ts";
import { attemptNoting } from "../src/estimate/estimate.ts";
import type { Series } from "../src/observe/prometheus.ts";
import { recordsOfRound } from "../src/observe/round-records.ts";
import { readWindow, type Answer } from "../src/observe/window.ts";
import { trialsOfRound } from "../src/plan/plan.ts";
import { samplerSpec } from "../src/spec/scenario.ts";
import type { TrialRecord } from "../src/record/trial-record.ts";

const ROUNDS = 100;
const WINDOWS = 10;
const REPLICAS = 100;
const SCRAPES = 5;
const SCRAPE_MS = 15_000;
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, Infinity];
const CPU_US = { plain: 500, dear: 510 };

/** The CPU time that it takes to judge what Prometheus would answer for 2 × 100 replicas in 1,000 windows. The answers are made before. */
export function judgeMany(): { cpuSeconds: number; text: string } {
  const random = seededRandom(1);
  const records: TrialRecord[] = [];
  const plan = {
    seed: 1,
    trials: [],
    variants: Object.keys(CPU_US).map((id) => ({ id, sampler: samplerSpec.parse("none"), baseline: id === "plain" })),
  };
  const read = { instanceLabel: "instance", scrapeMs: SCRAPE_MS, replicas: REPLICAS };
  let spentUs = 0;
  const judge = <T>(action: () => T): T => {
    const begin = process.cpuUsage();
    const made = action();
    const { user, system } = process.cpuUsage(begin);
    spentUs += user + system;
    return made;
  };
  for (let round = 1; round <= ROUNDS; round++) {
    const noise = { plain: 1 + 0.03 * normal(random), dear: 1 + 0.03 * normal(random) };
    const windows = Array.from({ length: WINDOWS }, (_, at) => {
      const startMs = (round * WINDOWS + at) * SCRAPES * SCRAPE_MS;
      const span = { startMs, endMs: startMs + SCRAPES * SCRAPE_MS };
      const answers = {
        plain: answerOf(startMs, CPU_US.plain * noise.plain),
        dear: answerOf(startMs, CPU_US.dear * noise.dear),
      };
      return judge(() => readWindow(read, span, answers, {}));
    });
    const span = { startMs: windows[0]!.span.startMs, endMs: windows.at(-1)!.span.endMs };
    const trials = trialsOfRound(plan, round, ["cost", "latency"]);
    records.push(...judge(() => recordsOfRound(trials, { span, windows, previousEndMs: undefined })));
  }
  const estimates = judge(() => runEstimates(records, plan.variants, attemptNoting([])));
  const ratio = estimates.find(
    ({ metric, unit, phase }) => metric === "cpuUsPerRequest" && unit === "ratio" && phase === "cost",
  )!;
  const valid = records.filter((record) => record.valid).length;
  return {
    cpuSeconds: spentUs / 1e6,
    text: `${valid} of ${records.length} records valid, ${ratio.center.toFixed(4)}, ${ratio.verdict}`,
  };
}

function answerOf(startMs: number, cpuUs: number): Answer {
  const served = (at: number): number => 1500 * at;
  const series = (name: string, labels: Record<string, string>, value: (at: number) => number): Series => ({
    labels: { instance: name, ...labels },
    samples: Array.from({ length: SCRAPES }, (_, at) => [startMs + at * SCRAPE_MS + 1, value(at)] as const),
  });
  const each = (make: (name: string) => Series[]): Series[] =>
    Array.from({ length: REPLICAS }, (_, at) => make(`replica-${at}`)).flat();
  return {
    cpu: each((name) => [series(name, {}, (at) => (served(at) * cpuUs) / 1e6)]),
    requests: each((name) => [series(name, {}, served)]),
    memory: each((name) => [series(name, {}, () => 1e8)]),
    started: each((name) => [series(name, {}, () => startMs / 1000)]),
    latency: each((name) =>
      BOUNDS.map((bound, at) =>
        series(name, { le: String(bound) }, (scrape) => (served(scrape) * (at + 1)) / BOUNDS.length),
      ),
    ),
    lostSpans: {},
  };
}
