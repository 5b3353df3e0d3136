/** What `bench --check` does, in the process of the test. */
import { enableCompileCache, getCompileCacheDir } from "node:module";
import { join } from "node:path";
import { after } from "node:test";
import { planOf } from "../plan/plan.ts";
import { Bench } from "../run/bench.ts";
import { Deadline } from "../run/processes/deadline.ts";
import type { Setting } from "../run/setting.ts";
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
): Promise<T> {
  const scenario = readScenario(undefined, {
    fields: { target, samplers: ["ratio:0.1"], requests: ITEM },
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
