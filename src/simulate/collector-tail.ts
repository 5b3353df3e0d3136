import type { TracePolicy } from "../target/kinds.ts";
import { traceIdBelow } from "../base/probability-sampling.ts";
import { endOf, tookUs } from "./recorded-span.ts";
import type { RecordedTrace } from "./recorded-trace.ts";

/**
 * Whether the Collector's tail_sampling processor keeps the trace: it decides `wait` after the first span arrived, on the
 * spans that are there by then; later ones follow the decision. A span is taken to arrive when it ends.
 */
export function keepsTrace({ spans }: RecordedTrace, traceId: string, policy: TracePolicy): boolean {
  let deadlineUs = Infinity;
  for (const span of spans) deadlineUs = Math.min(deadlineUs, endOf(span) + policy.wait * 1000);
  const inTime = spans.filter((span) => endOf(span) <= deadlineUs);
  if (policy.errors && inTime.some(({ failed }) => failed)) return true;
  // whole milliseconds, and more than the threshold: latency.go of the processor
  const isSlow = policy.slow !== undefined && Math.floor(tookUs(inTime) / 1000) > policy.slow;
  return isSlow || traceIdBelow(policy.ratio, traceId);
}

/** Traces in a Collector's memory that wait for their decision. If they are more than `traces`, it drops the oldest. */
export class WaitingTraces {
  dropped = 0;
  private readonly policy: Pick<TracePolicy, "wait" | "traces">;
  private readonly queue: { readonly untilMs: number; readonly decide: (() => void) | undefined }[] = [];

  constructor(policy: Pick<TracePolicy, "wait" | "traces">) {
    this.policy = policy;
  }

  /** `decide` is called when the trace's time comes, unless it has been dropped; nothing if the trace is rejected. */
  add(arrivedMs: number, decide: (() => void) | undefined): void {
    while (this.queue.length > 0 && this.queue[0]!.untilMs <= arrivedMs) this.queue.shift()!.decide?.();
    this.queue.push({ untilMs: arrivedMs + this.policy.wait, decide });
    if (this.queue.length <= this.policy.traces) return;
    this.queue.shift();
    this.dropped++;
  }

  /** A Collector decides what waits when it stops. */
  finish(): void {
    for (const { decide } of this.queue.splice(0)) decide?.();
  }
}
