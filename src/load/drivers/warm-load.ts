import type { LoadJob } from "../job.ts";
import { requestMix } from "../mix.ts";
import { RequestTally } from "../request-tally.ts";
import { Connections } from "./connections.ts";
import { drain, runIn, runInAtRate, type TargetLoads } from "./run-in.ts";
import { TargetLoad } from "./target-load.ts";

/** How often it is looked for requests beyond their time-out, as a share of it and in ms. */
const SWEEP = { share: 0.05, leastMs: 5, mostMs: 50 };

interface TargetParts {
  readonly id: string;
  readonly target: TargetLoad;
  readonly tally: RequestTally;
  readonly connections: Connections;
}

/** Targets that are warm, with no request open. */
interface WarmLoad {
  readonly parts: readonly TargetParts[];
  /** Waits for the requests that are open, and ends those that stay so. */
  drain(): Promise<void>;
  /** Closes the connections. */
  stop(): Promise<void>;
}

/** Opens connections to the job's targets and warms these up. */
export async function warmLoad(job: LoadJob, nowMs: () => number): Promise<WarmLoad> {
  let end: PromiseWithResolvers<void> | undefined;
  const onEnd = (): void => {
    end?.resolve();
    end = undefined;
  };
  const parts = await openTargets(job, nowMs, onEnd);
  const targets = parts.map(({ target }) => target);
  const open: TargetLoads = { targets, nowMs, nextEnd: () => (end ??= Promise.withResolvers<void>()).promise };
  const sweepMs = Math.min(SWEEP.mostMs, Math.max(SWEEP.leastMs, SWEEP.share * job.timeoutMs));
  const sweeper = setInterval(() => targets.forEach((target) => target.expire()), sweepMs);
  const load: WarmLoad = {
    parts,
    async drain() {
      await drain(open, job.timeoutMs + 2 * sweepMs);
      for (const target of targets) target.abandon();
    },
    async stop() {
      clearInterval(sweeper);
      await Promise.all(parts.map(({ connections }) => connections.destroy()));
    },
  };
  try {
    await (job.warmsUpAtRate === true ? runInAtRate(open, job) : runIn(open, job));
    await load.drain();
    return load;
  } catch (error) {
    await load.stop();
    throw error;
  }
}

function openTargets(job: LoadJob, nowMs: () => number, onEnd: () => void): Promise<TargetParts[]> {
  const mix = requestMix(job.requests, job.seed, job.incident);
  const { timeoutMs, connections: count } = job;
  return Promise.all(
    job.targets.map(async ({ id, origin }) => {
      const connections = await Connections.open({ origin, count, connectTimeoutMs: timeoutMs });
      const tally = new RequestTally(job, 0);
      const target = new TargetLoad({ connections, tally, mix, timeoutMs, nowMs, onEnd });
      return { id, target, tally, connections };
    }),
  );
}
