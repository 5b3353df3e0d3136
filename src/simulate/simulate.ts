import { assembleTraces } from "./assemble.ts";
import { simulationOf, type Simulation, type Tallies } from "./outcome.ts";
import { Problems } from "./problems.ts";
import { readAll } from "./read/recorded-spans.ts";
import { Replay } from "./replay.ts";
import type { Shard } from "./shard.ts";
import type { SimulateOptions } from "./simulate-options.ts";

/**
 * What each strategy would keep of recorded traces, judged like a live trial. Files are streamed: memory holds the
 * window of spans and the tallies, whatever their size. Throws a `UserError` for files that hold no traces.
 */
export async function simulate(options: SimulateOptions): Promise<Simulation> {
  return simulationOf(await tally(options));
}

/** What `simulate` counts. A shard takes every trace in turn as one run would, and decides on its own part. */
export async function tally(options: SimulateOptions, shard?: Shard): Promise<Tallies> {
  const replay = new Replay(options, shard);
  try {
    const problems = new Problems();
    const spans = replay.counted(readAll(options.files, problems));
    for await (const traces of assembleTraces(spans, options.windowSpans, problems)) {
      for (const trace of traces) {
        const fresh = replay.newServices(trace);
        if (fresh.length > 0) await replay.prepare(fresh);
        replay.take(trace);
      }
    }
    return { ...replay.finish(), warnings: problems.toWarnings() };
  } finally {
    await replay.shutdown();
  }
}
