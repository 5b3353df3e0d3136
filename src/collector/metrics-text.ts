import type { CollectorFacts } from "./configuration.ts";

/** What a Collector counts of itself. Spans, unless the name has another unit. */
export interface CollectorCounts {
  readonly accepted: number;
  /** Refused in the answer to the sender, by how often it was sent: the sender may send it again. */
  readonly refused: number;
  /** Of the refused: by memory_limiter. */
  readonly refusedByProcessor: number;
  readonly sent: number;
  readonly sendFailed: number;
  readonly enqueueFailed: number;
  /** Requests, or spans, by the `sizer` of the queue. */
  readonly queueSize: number;
  /** By tail_sampling: the traces whose decision was due, those of them that it had dropped before, and how often spans came after it. */
  readonly tailTraces: number;
  readonly traceDroppedEarly: number;
  readonly lateArrivals: number;
  readonly bytesIn: number;
  readonly cpuSeconds: number;
}

const LINE = /^(\w+)(?:\{(.*)\})? (\S+)(?: \d+)?$/;
const EXPORTER = /(?:^|,)exporter="([^"]*)"/;

/** The series of a Prometheus text that have a finite value. */
export function seriesIn(text: string): { readonly name: string; readonly labels: string; readonly value: number }[] {
  return text.split("\n").flatMap((line) => {
    const [, name, labels = "", value] = LINE.exec(line) ?? [];
    return name !== undefined && Number.isFinite(Number(value)) ? [{ name, labels, value: Number(value) }] : [];
  });
}

/** Reads the Prometheus text of a Collector's own metrics, of the exporters that send to the sink. */
export function collectorCounts(text: string, sinkExporters: readonly string[]): CollectorCounts {
  const sums = new Map<string, number>();
  for (const { name: full, labels, value } of seriesIn(text)) {
    const name = full.replace(/_total$/, "");
    const exporter = EXPORTER.exec(labels)?.[1];
    if (exporter !== undefined && !sinkExporters.includes(exporter)) continue;
    sums.set(name, (sums.get(name) ?? 0) + value);
  }
  const sum = (...names: readonly string[]): number => names.reduce((total, name) => total + (sums.get(name) ?? 0), 0);
  return {
    accepted: sum("otelcol_receiver_accepted_spans"),
    refused: sum("otelcol_receiver_refused_spans", "otelcol_receiver_failed_spans"),
    refusedByProcessor: sum("otelcol_processor_refused_spans", "otelcol_processor_memory_limiter_refused_spans"),
    sent: sum("otelcol_exporter_sent_spans"),
    sendFailed: sum("otelcol_exporter_send_failed_spans"),
    enqueueFailed: sum("otelcol_exporter_enqueue_failed_spans"),
    queueSize: sum("otelcol_exporter_queue_size"),
    tailTraces: sum(
      "otelcol_processor_tail_sampling_global_count_traces_sampled",
      "otelcol_processor_tail_sampling_sampling_trace_dropped_too_early",
    ),
    traceDroppedEarly: sum("otelcol_processor_tail_sampling_sampling_trace_dropped_too_early"),
    lateArrivals: sum("otelcol_processor_tail_sampling_sampling_late_span_age_count"),
    bytesIn: sum(
      "http_server_request_body_size_sum",
      "http_server_request_body_size_bytes_sum",
      "rpc_server_request_size_sum",
      "rpc_server_request_size_bytes_sum",
    ),
    cpuSeconds: sum("otelcol_process_cpu_seconds"),
  };
}

/** Spans that its log says were dropped, before it was asked to end and after. */
export interface DroppedInLog {
  readonly before: number;
  readonly atExit: number;
  /** It has ended by itself, with all its work done. */
  readonly isComplete: boolean;
}

/** Reads the log, one JSON object a line. What is dropped while it ends stands there only. */
export function droppedInLog(log: string, { sinkExporters, persists }: CollectorFacts): DroppedInLog {
  const dropped = { before: 0, atExit: 0 };
  let ends = false;
  for (const line of log.split("\n")) {
    if (/Received signal from OS|Starting shutdown/.test(line)) ends = true;
    const count = /"(?:dropped|rejected)_items": ?(\d+)/.exec(line)?.[1];
    const exporter = /"otelcol\.component\.id": ?"([^"]*)"/.exec(line)?.[1];
    // a queue on disk keeps what it could not send in time
    if (persists && ends && /interrupted due to shutdown/.test(line)) continue;
    if (count === undefined || (exporter !== undefined && !sinkExporters.includes(exporter))) continue;
    if (!/"rejected_items"/.test(line) || ends) dropped[ends ? "atExit" : "before"] += Number(count);
  }
  return { ...dropped, isComplete: /"msg": ?"Shutdown complete/.test(log) };
}
