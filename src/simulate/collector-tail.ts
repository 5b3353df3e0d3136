import type { TracePolicy } from "../target/kinds.ts";
import { traceIdBelow } from "../target/samplers/trace-id-share.ts";
import type { RecordedTrace } from "./recorded-trace.ts";

/**
 * Whether the Collector's tail_sampling processor keeps the trace: it decides `wait` after the first span arrived, on the
 * spans that are there by then; later ones follow the decision. A span is taken to arrive when it ends.
 */
export function keepsTrace({ spans }: RecordedTrace, traceId: string, policy: TracePolicy): boolean {
  const endUs = spans.map(({ startUs, durationUs }) => startUs + durationUs);
  const deadlineUs = endUs.reduce((least, us) => Math.min(least, us), Infinity) + policy.wait * 1000;
  const arrived = spans.filter((_, row) => endUs[row]! <= deadlineUs);
  if (policy.errors && arrived.some(({ failed }) => failed)) return true;
  if (policy.slow !== undefined) {
    let [startUs, lastUs] = [Infinity, -Infinity];
    for (const span of arrived) {
      startUs = Math.min(startUs, span.startUs);
      lastUs = Math.max(lastUs, span.startUs + span.durationUs);
    }
    // whole milliseconds, and more than the threshold: latency.go of the processor
    if (Math.floor((lastUs - startUs) / 1000) > policy.slow) return true;
  }
  return traceIdBelow(policy.ratio, traceId);
}

/** Traces in a Collector's memory that wait for their decision. If they are more than `traces`, it drops the oldest. */
export class WaitingTraces {
  dropped = 0;
  private readonly policy: Pick<TracePolicy, "wait" | "traces">;
  private readonly queue: { readonly untilMs: number; readonly decide: () => void }[] = [];

  constructor(policy: Pick<TracePolicy, "wait" | "traces">) {
    this.policy = policy;
  }

  /** `decide` is called when the trace's time comes, unless it has been dropped. */
  add(arrivedMs: number, decide: () => void): void {
    while (this.queue.length > 0 && this.queue[0]!.untilMs <= arrivedMs) this.queue.shift()!.decide();
    this.queue.push({ untilMs: arrivedMs + this.policy.wait, decide });
    if (this.queue.length <= this.policy.traces) return;
    this.queue.shift();
    this.dropped++;
  }

  /** A Collector decides what waits when it stops. */
  finish(): void {
    for (const { decide } of this.queue.splice(0)) decide();
  }
}
