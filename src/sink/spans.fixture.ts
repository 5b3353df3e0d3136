/** Real spans, ended by the real SDK, and the bytes the real serializers make of them. */
import { SpanKind, SpanStatusCode, TraceFlags, type HrTime } from "@opentelemetry/api";
import { TraceState } from "@opentelemetry/core";
import { JsonTraceSerializer, ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { ReceivedSpans } from "./count/received-spans.ts";
import type { SpanTable } from "./protocol.ts";

const FIRST_SECOND = 1_760_000_000;

/** Times are whole µs, which Zipkin can hold too. */
function time(us: number): HrTime {
  return [FIRST_SECOND + Math.floor(us / 1e6), (us % 1e6) * 1000];
}

/** `count` spans of two services: roots and children, all kinds, statuses, and things that the sink does not keep. */
export function someSpans(count: number, service = "orders"): ReadableSpan[] {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ "service.name": service, "host.name": "a", "process.pid": 7 }),
    spanProcessors: [new SimpleSpanProcessor(exporter)],
  });
  const tracer = provider.getTracer("fixture", "1.0.0");
  for (let i = 0; i < count; i++) {
    const remote = {
      traceId: (i + 1).toString(16).padStart(32, "a"),
      spanId: (i + 1).toString(16).padStart(16, "b"),
      traceFlags: TraceFlags.SAMPLED,
      isRemote: true,
      ...(i % 4 === 0 ? { traceState: new TraceState("vendor=x,ot=rv:abcdef;th:c") } : {}),
    };
    const context = i % 3 === 0 ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, remote);
    const span = tracer.startSpan(
      `operation ${i % 7} “ü\n”`,
      {
        kind: [SpanKind.INTERNAL, SpanKind.SERVER, SpanKind.CLIENT, SpanKind.PRODUCER, SpanKind.CONSUMER][i % 5]!,
        startTime: time(i * 1001),
        attributes: { "http.route": "/orders/:id", "server.address": "127.0.0.1", list: ["a", "b"], ratio: 0.5 },
      },
      context,
    );
    if (i % 2 === 0) span.setAttribute("spantoll.request_id", i % 4 === 0 ? i : String(i));
    if (i % 5 === 1) span.setAttribute("sampler.adjusted_count", 2.5);
    if (i % 5 === 2) span.setAttributes({ "sampler.type": "probabilistic", "sampler.param": 0.125 });
    span.addEvent("seen", { what: "\u0000nothing" }, time(i * 1001 + 1));
    if (i % 6 === 1) span.setStatus({ code: SpanStatusCode.ERROR, message: "declined" });
    if (i % 6 === 2) span.setStatus({ code: SpanStatusCode.OK });
    span.end(time(i * 1001 + (i % 13) * 17));
  }
  return exporter.getFinishedSpans();
}

export function protobufOf(spans: ReadableSpan[]): Buffer {
  return Buffer.from(ProtobufTraceSerializer.serializeRequest(spans)!);
}

export function jsonOf(spans: ReadableSpan[]): Buffer {
  return Buffer.from(JsonTraceSerializer.serializeRequest(spans)!);
}

/** The table that one body makes. */
export function tableOf(
  decode: (bytes: Uint8Array, rows: ReceivedSpans["rows"]) => void,
  ...bodies: Uint8Array[]
): SpanTable {
  const received = new ReceivedSpans();
  for (const body of bodies) {
    decode(body, received.rows);
    received.commit();
  }
  return received.spans();
}

/** One span of a table with its strings in place, for comparing tables whose strings are numbered differently. */
export function rowsOf(table: SpanTable): Record<string, unknown>[] {
  return Array.from(table.spanId, (spanId, row) => ({
    traceId: hex(table.traceIdHigh[row]!) + hex(table.traceIdLow[row]!),
    spanId: hex(spanId),
    parentId: hex(table.parentId[row]!),
    service: table.strings[table.service[row]!],
    name: table.strings[table.name[row]!],
    kind: table.kind[row],
    status: table.status[row],
    startUs: table.startUs[row],
    durationUs: table.durationUs[row],
    requestId: table.requestId[row],
    adjustedCount: table.adjustedCount[row],
  }));
}

function hex(id: bigint): string {
  return id.toString(16).padStart(16, "0");
}

/** What the table must say of these spans, said by other means than the sink's. */
export function expectedRows(spans: readonly ReadableSpan[]): Record<string, unknown>[] {
  return spans.map((span) => {
    const { traceId, spanId, traceState } = span.spanContext();
    const us = ([seconds, nanos]: HrTime): number => Number((BigInt(seconds) * 1_000_000_000n + BigInt(nanos)) / 1000n);
    const { attributes } = span;
    const given = attributes["sampler.adjusted_count"] ?? (attributes["sampler.param"] === 0.125 ? 8 : NaN);
    return {
      traceId,
      spanId,
      parentId: span.parentSpanContext?.spanId ?? "0".repeat(16),
      service: span.resource.attributes["service.name"],
      name: span.name,
      kind: span.kind + 1,
      status: span.status.code,
      startUs: us(span.startTime),
      durationUs: us(span.endTime) - us(span.startTime),
      requestId: Number(attributes["spantoll.request_id"] ?? NaN),
      adjustedCount: traceState === undefined ? given : 4,
    };
  });
}
