import type { Sampler, SpanExporter, SpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import type { SpanCounts } from "../protocol.ts";
import { CountedExporter } from "./counted-exporter.ts";
import { CountedLife, CountedQueue } from "./counted-processor.ts";
import { CountedSampler } from "./counted-sampler.ts";
import { countTracers } from "./counted-tracers.ts";
import { watchAnswers, type AnswerWatch } from "./export-answers.ts";
import { SpanCounter } from "./span-counter.ts";

/** The target's side of the ledger: wraps each part of a pipeline, and counts. */
export class TargetLedger {
  readonly counter = new SpanCounter();
  private exporter!: CountedExporter;
  private answers: AnswerWatch | undefined;

  /** `url`: its HTTP answers explain failed exports. */
  countExports(exporter: SpanExporter, url: string | undefined): SpanExporter {
    this.answers = url === undefined ? undefined : watchAnswers(url);
    this.exporter = new CountedExporter(exporter, this.counter, () => this.answers?.latestStatus());
    return this.exporter;
  }

  countQueue(processor: SpanProcessor, queueSize: number | undefined): SpanProcessor {
    return new CountedQueue(processor, this.counter, queueSize);
  }

  countLives(processor: SpanProcessor): SpanProcessor {
    return new CountedLife(processor, this.counter);
  }

  countDecisions(sampler: Sampler): Sampler {
    return new CountedSampler(sampler, this.counter);
  }

  countStarts(provider: TracerProvider): void {
    countTracers(provider, this.counter);
  }

  counts(): SpanCounts {
    const { queued, lost: _named, ...counted } = this.counter;
    const { exported } = this.exporter;
    const [exportFailed, unresolved] = [this.exporter.exportFailed(), this.exporter.unresolved()];
    return { ...counted, exported, exportFailed, unresolved, stillQueued: queued };
  }

  lostSpans(): string {
    return this.counter.lost.toBase64(this.exporter.pending());
  }

  /** Resolves when no export is under way, or after `timeoutMs`. True: none is. */
  settled(timeoutMs: number): Promise<boolean> {
    return this.exporter.settled(timeoutMs);
  }

  close(): void {
    this.answers?.stop();
  }
}
