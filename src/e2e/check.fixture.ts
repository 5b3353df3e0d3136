/** What `bench` and `bench --check` do with a target, in the process of the test: sink and load process start once for all. */
import { enableCompileCache, getCompileCacheDir } from "node:module";
import { join } from "node:path";
import { after } from "node:test";
import { groupsOf, planOf } from "../plan/plan.ts";
import type { Variant } from "../plan/variant.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import { Bench } from "../run/bench.ts";
import { runGroup } from "../run/run.ts";
import { Deadline } from "../run/processes/deadline.ts";
import type { Setting } from "../run/setting.ts";
import { startTarget } from "../run/starts.ts";
import { readScenario } from "../spec/read.ts";

export const SERVICE = join(import.meta.dirname, "own-service.fixture");
export const ITEM = [{ route: "GET /items/:id", path: "/items/1" }];

// half of what a start costs
enableCompileCache();
const kept = { NODE_COMPILE_CACHE: getCompileCacheDir()! };
/** With the sinks of earlier checks. */
const benches: Bench[] = [];
after(() => Promise.all(benches.map((bench) => bench.close())));

export async function withTarget<T>(
  target: string,
  use: (bench: Bench, setting: Setting, signal: AbortSignal) => Promise<T>,
  fields: object = {},
): Promise<T> {
  const scenario = readScenario(undefined, {
    fields: { target, samplers: ["ratio:0.1"], ...(target.startsWith("command:") && { requests: ITEM }), ...fields },
    quick: true,
  });
  const bench = benches.pop() ?? new Bench(new Deadline(30_000));
  const setting = { scenario, plan: planOf(scenario), node: process.execPath, kept };
  try {
    return await use(bench, setting, AbortSignal.timeout(120_000));
  } finally {
    bench.deadline.end();
    benches.push(bench);
  }
}

const SMALL = { reference: false, phases: ["cost"], rounds: 1, duration: "400ms", warmup: "50ms", rate: "100/s" };

/** The records of a small run, without its control. Rejects if figures would be wrong. `only`: the variants, default all. */
export function measureTarget(
  target: string,
  fields: object = {},
  only: (variant: Variant) => boolean = () => true,
): Promise<TrialRecord[]> {
  const measured = async (bench: Bench, setting: Setting, signal: AbortSignal): Promise<TrialRecord[]> => {
    const narrowed = ofVariants(setting, only);
    const records: TrialRecord[] = [];
    for (const group of groupsOf(narrowed.plan.trials))
      records.push(...(await runGroup(bench, narrowed, group, signal, records.length > 0)).records);
    return records;
  };
  return withTarget(target, measured, { ...SMALL, samplers: ["always_on"], ...fields });
}

export const isTraced = ({ id }: Variant): boolean => id !== "none";

/** The same with fewer variants: a start less for each. */
export function ofVariants(setting: Setting, only: (variant: Variant) => boolean): Setting {
  const variants = setting.plan.variants.filter(only);
  const trials = setting.plan.trials.filter(({ variant }) => variants.some(({ id }) => id === variant));
  return { ...setting, plan: { ...setting.plan, variants, trials } };
}

/** Starts the target as this sampler's variant, has it answer once, and ends it. Rejects with why it cannot be measured. */
export function startOnce(target: string, sampler: string, fields: object = {}): Promise<void> {
  const started = async (bench: Bench, setting: Setting, signal: AbortSignal): Promise<void> => {
    const variant = setting.plan.variants.find((one) => one.sampler.text === sampler)!;
    const trial = { variant, seed: 1, phase: "cost" } as const;
    await (await startTarget(bench, setting, trial, NOWHERE, signal)).kill();
  };
  return withTarget(target, started, { ...SMALL, samplers: [sampler], ...fields });
}

/** Nothing is sent. */
const url = "http://127.0.0.1:9";
const NOWHERE = { otlpHttp: url, otlpGrpc: url, otlpMetrics: url, zipkin: url };
