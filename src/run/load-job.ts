import type { LoadJob } from "../load/job.ts";
import { leastWarmup } from "../plan/warm-up.ts";
import { phaseRow, rateOf } from "../spec/phases.ts";
import { settleMs } from "../spec/shared-processes.ts";
import { requestsOf } from "../spec/workload.ts";
import type { Setting } from "./setting.ts";
import type { Running } from "./running.ts";

/** What the driver is to send to the trials of one group. */
export function loadJobOf({ scenario, allowRemote }: Setting, running: readonly Running[]): LoadJob {
  const [{ trial, isWarm }] = running as [Running];
  const { phase } = trial;
  const { kind, config } = scenario.driver;
  const engine = kind.engine?.(config);
  const warmupLeast = isWarm ? undefined : leastWarmup(scenario, trial);
  return {
    driver: engine?.name ?? (phaseRow(phase).loop === "closed" ? "autocannon" : "open-loop"),
    ...(engine && { workers: engine.workers }),
    allowRemote,
    targets: running.map(({ trial: { id }, target }) => ({ id, origin: target.origin })),
    requests: requestsOf(scenario),
    ...(scenario.incident && { incident: scenario.incident }),
    seed: trial.seed,
    ratePerSecond: rateOf(scenario, phase, running.length),
    arrivals: scenario.arrivals,
    connections: scenario.connections[phase],
    warmupMs: isWarm ? settleMs(scenario, phase) : scenario.warmupMs[phase],
    ...(warmupLeast && { warmupLeast }),
    warmsUpAtRate: isWarm || scenario.target.kind.address !== undefined,
    durationMs: scenario.durationMs[phase],
    timeoutMs: scenario.timeoutMs,
  };
}
