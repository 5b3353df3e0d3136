import { subscribe } from "node:diagnostics_channel";
import type { ClientRequest, IncomingMessage } from "node:http";
import { ExportResultCode, type ExportResult } from "@opentelemetry/core";
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace";
import { withinTime } from "../../base/clock.ts";
import { failureReason } from "./failure-reason.ts";
import type { SpanCounter } from "./span-counter.ts";
import type { Doubtful } from "../protocol.ts";

const MAX_REASONS = 50;

/**
 * Counts what becomes of each batch, by the exporter's own callback. The processor's timeout does not count: a batch
 * that it gave up may still be delivered.
 */
export class CountedExporter implements SpanExporter {
  exported = 0;
  private readonly inner: SpanExporter;
  private readonly counter: SpanCounter;
  /** HTTP status of the latest answer from `url`: some of the exporters' errors leave it out. */
  private latestStatus: number | undefined;
  private readonly inFlight = new Set<readonly ReadableSpan[]>();
  private readonly failed = new Map<string, Buffer[]>();
  private whenSettled: (() => void) | undefined;
  readonly forceFlush?: () => Promise<void>;

  constructor(inner: SpanExporter, counter: SpanCounter, url?: string) {
    this.inner = inner;
    this.counter = counter;
    if (url !== undefined) onAnswer(url, (status) => (this.latestStatus = status));
    if (inner.forceFlush !== undefined) this.forceFlush = () => inner.forceFlush!();
  }

  export(spans: ReadableSpan[], resultCallback: (result: ExportResult) => void): void {
    this.counter.queued -= spans.length;
    this.inFlight.add(spans);
    try {
      this.inner.export(spans, (result) => {
        this.settle(spans, result);
        resultCallback(result);
      });
    } catch (error) {
      this.settle(spans, { code: ExportResultCode.FAILED, error: error as Error });
      throw error;
    }
  }

  shutdown(): Promise<void> {
    return this.inner.shutdown();
  }

  /** Resolves when no export is under way, or after `timeoutMs`. */
  async settled(timeoutMs: number): Promise<void> {
    if (this.inFlight.size === 0) return;
    const settled = new Promise<void>((resolve) => (this.whenSettled = resolve));
    await withinTime(settled, timeoutMs);
  }

  exportFailed(): Record<string, Doubtful> {
    return Object.fromEntries([...this.failed].map(([reason, chunks]) => [reason, doubtful(chunks)]));
  }

  unresolved(): Doubtful {
    return doubtful([...this.inFlight].map(spanIds));
  }

  /** Handed to the exporter and not answered yet. */
  pending(): ReadableSpan[] {
    return [...this.inFlight].flat();
  }

  /** Ignores a second answer for the same batch. */
  private settle(spans: readonly ReadableSpan[], result: ExportResult): void {
    if (!this.inFlight.delete(spans)) return;
    if (result.code === ExportResultCode.SUCCESS) this.exported += spans.length;
    else this.fail(spans, failureReason(result.error, this.latestStatus));
    if (this.inFlight.size === 0) this.whenSettled?.();
  }

  private fail(spans: readonly ReadableSpan[], reason: string): void {
    const key = this.failed.has(reason) || this.failed.size < MAX_REASONS ? reason : "other";
    const chunks = this.failed.get(key) ?? [];
    this.failed.set(key, chunks);
    chunks.push(spanIds(spans));
    for (const span of spans) this.counter.lost.add(span);
  }
}

/** By Node's own diagnostics channel. */
function onAnswer(url: string, note: (status: number | undefined) => void): void {
  const { host, pathname } = new URL(url);
  subscribe("http.client.response.finish", (message) => {
    const { request, response } = message as { request: ClientRequest; response: IncomingMessage };
    if (request.path === pathname && request.getHeader("host") === host) note(response.statusCode);
  });
}

function spanIds(spans: readonly ReadableSpan[]): Buffer {
  const ids = Buffer.allocUnsafe(8 * spans.length);
  spans.forEach((span, index) => ids.write(span.spanContext().spanId, 8 * index, "hex"));
  return ids;
}

function doubtful(chunks: readonly Buffer[]): Doubtful {
  const ids = Buffer.concat(chunks);
  return { count: ids.length / 8, spanIds: ids.toString("base64") };
}
