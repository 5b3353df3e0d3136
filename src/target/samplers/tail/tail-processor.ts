import { SpanStatusCode, TraceFlags, type Context } from "@opentelemetry/api";
import type { ReadableSpan, Span, SpanProcessor } from "@opentelemetry/sdk-trace";
import { Latest } from "../../../base/latest.ts";
import type { TailLosses, TracePolicy } from "../../kinds.ts";
import { traceIdBelow } from "../../../base/probability-sampling.ts";

interface TailPolicy extends Pick<TracePolicy, "errors" | "slow" | "ratio"> {
  /** Spans. */
  readonly buffer: number;
}

/** A trace's part in this process, until its last open local root ends. */
interface Pending {
  readonly spans: ReadableSpan[];
  openRoots: number;
  isWanted: boolean;
}

type Verdict = "kept" | "rejected" | "evicted";
/** The latest, at least. */
const REMEMBERED_VERDICTS = 32_768;

/**
 * Holds the spans of each trace until its local root has ended, then passes on all or none. Spans that end later follow
 * the verdict. Traces undecided at shutdown count as evicted.
 */
export class TailProcessor implements SpanProcessor {
  private readonly policy: TailPolicy;
  private readonly next: SpanProcessor;
  private readonly losses: TailLosses;
  private readonly pending = new Map<string, Pending>();
  private readonly verdicts = new Latest<string, Verdict>(REMEMBERED_VERDICTS);
  private heldSpans = 0;
  private isShutDown = false;

  constructor(policy: TailPolicy, next: SpanProcessor, losses: TailLosses) {
    this.policy = policy;
    this.next = next;
    this.losses = losses;
  }

  onStart(span: Span, context: Context): void {
    this.next.onStart(span, context);
    if (this.isShutDown || !isLocalRoot(span)) return;
    const { traceId } = span.spanContext();
    const pending = this.pending.get(traceId);
    if (pending !== undefined) pending.openRoots++;
    else if (this.verdicts.get(traceId) !== "kept") {
      this.pending.set(traceId, { spans: [], openRoots: 1, isWanted: false });
      this.makeRoom();
    }
  }

  onEnding(span: Span): void {
    this.next.onEnding?.(span);
  }

  onEnd(span: ReadableSpan): void {
    const { traceId, traceFlags } = span.spanContext();
    if (this.isShutDown || (traceFlags & TraceFlags.SAMPLED) === 0) return this.next.onEnd(span);
    const pending = this.pending.get(traceId);
    if (pending === undefined) return this.follow(span, this.verdicts.get(traceId) ?? "evicted");
    pending.spans.push(span);
    this.heldSpans++;
    if (this.isWanted(span)) pending.isWanted = true;
    if (isLocalRoot(span) && --pending.openRoots === 0) this.decide(traceId, pending);
    else this.makeRoom();
  }

  forceFlush(): Promise<void> {
    return this.next.forceFlush();
  }

  shutdown(): Promise<void> {
    for (const [traceId, pending] of this.pending) this.settle(traceId, pending, "evicted");
    this.isShutDown = true;
    return this.next.shutdown();
  }

  private isWanted(span: ReadableSpan): boolean {
    const { errors, slow } = this.policy;
    if (errors && span.status.code === SpanStatusCode.ERROR) return true;
    return slow !== undefined && isLocalRoot(span) && span.duration[0] * 1000 + span.duration[1] / 1e6 >= slow;
  }

  private decide(traceId: string, pending: Pending): void {
    const keeps = pending.isWanted || traceIdBelow(this.policy.ratio, traceId);
    this.settle(traceId, pending, keeps ? "kept" : "rejected");
  }

  private settle(traceId: string, pending: Pending, verdict: Verdict): void {
    this.pending.delete(traceId);
    this.heldSpans -= pending.spans.length;
    this.verdicts.set(traceId, verdict);
    for (const span of pending.spans) this.follow(span, verdict);
  }

  private follow(span: ReadableSpan, verdict: Verdict): void {
    if (verdict === "kept") this.next.onEnd(span);
    else if (verdict === "rejected") this.losses.rejected(span);
    else this.losses.evicted(span);
  }

  /** Maps keep the order of insertion: the first is the oldest. */
  private makeRoom(): void {
    const { buffer } = this.policy;
    while (this.heldSpans > buffer || this.pending.size > buffer) {
      const [traceId, pending] = this.pending.entries().next().value!;
      this.settle(traceId, pending, "evicted");
    }
  }
}

function isLocalRoot(span: ReadableSpan): boolean {
  const parent = span.parentSpanContext;
  return parent === undefined || parent.isRemote === true;
}
