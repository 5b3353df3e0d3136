/** Recordings made up from a seed, and the same one written in every format. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../base/temporary-folder.fixture.ts";
import { seededRandom } from "../base/random.ts";
import type { Simulation } from "./outcome.ts";
import { simulate } from "./simulate.ts";
import type { SimulateOptions } from "./simulate-options.ts";

export interface FixtureSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId?: string;
  readonly service: string;
  readonly name: string;
  /** OTLP SpanKind. */
  readonly kind: number;
  readonly failed: boolean;
  readonly startUs: number;
  readonly durationUs: number;
}

const BEGAN_US = Date.UTC(2026, 10, 22) * 1000;

/** A shop's traces, 10 ms apart: 5 spans in 3 services, 5 % failed, a rare route, latencies from 2 to 400 ms. */
export function shopTraces(count: number, seed = 1): FixtureSpan[] {
  const random = seededRandom(seed);
  const hex = (digits: number): string =>
    Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join("");
  return Array.from({ length: count }, (_, index) => {
    const failed = random() < 0.05;
    const route = index % 30 === 7 ? "GET /rare" : random() < 0.5 ? "GET /orders" : "POST /orders";
    const durationUs = Math.round(2000 * 200 ** random());
    const traceId = hex(32);
    const ids = Array.from({ length: 5 }, () => hex(16));
    const span = (at: number, parent: number, service: string, name: string, kind: number): FixtureSpan => ({
      traceId,
      spanId: ids[at]!,
      ...(parent >= 0 && { parentId: ids[parent]! }),
      service,
      name,
      kind,
      failed: failed && at !== 1 && at !== 2,
      startUs: BEGAN_US + index * 10_000 + at * 100,
      durationUs: durationUs - at * 200,
    });
    return [
      span(0, -1, "gateway", route, 2),
      span(1, 0, "gateway", "authorise", 1),
      span(2, 0, "gateway", "call order", 3),
      span(3, 2, "order", route, 2),
      span(4, 3, "payment", failed ? "decline" : "charge", 2),
    ];
  }).flat();
}

/** Writes a file that is gone when the process ends; returns its path. */
export function temporaryFile(name: string, content: string | Uint8Array): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

/** The Collector's file exporter: one TracesData a line, here so many spans each. */
export function otlpLines(spans: readonly FixtureSpan[], spansPerLine = 7): string {
  const lines: string[] = [];
  for (let at = 0; at < spans.length; at += spansPerLine) {
    const some = spans.slice(at, at + spansPerLine);
    lines.push(JSON.stringify({ resourceSpans: resourceSpans(some, (span) => otlpSpan(span)) }));
  }
  return `${lines.join("\n")}\n`;
}

/** One indented document as protobuf's own JSON has it: base64 ids, enums by name, numbers as numbers. */
export function otlpDocument(spans: readonly FixtureSpan[]): string {
  const kinds = ["UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"];
  const base64 = (id: string): string => Buffer.from(id, "hex").toString("base64");
  const asNamed = (span: FixtureSpan): object => ({
    ...otlpSpan(span),
    traceId: base64(span.traceId),
    spanId: base64(span.spanId),
    parentSpanId: span.parentId === undefined ? "" : base64(span.parentId),
    kind: `SPAN_KIND_${kinds[span.kind]}`,
    status: { code: span.failed ? "STATUS_CODE_ERROR" : "STATUS_CODE_UNSET" },
  });
  return JSON.stringify({ extra: 'a \\" [ {', resourceSpans: resourceSpans(spans, asNamed) }, null, 2);
}

function resourceSpans(spans: readonly FixtureSpan[], write: (span: FixtureSpan) => object): object[] {
  return [...Map.groupBy(spans, ({ service }) => service)].map(([service, own]) => ({
    resource: { attributes: [{ key: "service.name", value: { stringValue: service } }] },
    scopeSpans: [{ spans: own.map(write) }],
  }));
}

function otlpSpan(span: FixtureSpan): object {
  return {
    traceId: span.traceId.toUpperCase(),
    spanId: span.spanId,
    ...(span.parentId !== undefined && { parentSpanId: span.parentId }),
    name: span.name,
    kind: span.kind,
    startTimeUnixNano: `${span.startUs}000`,
    endTimeUnixNano: `${span.startUs + span.durationUs}000`,
    attributes: [{ key: "rank", value: { intValue: "3" } }],
    status: span.failed ? { code: 2 } : {},
  };
}

export function jaegerDocument(spans: readonly FixtureSpan[]): string {
  const kinds = ["", "internal", "server", "client", "producer", "consumer"];
  const services = [...new Set(spans.map(({ service }) => service))];
  const data = [...Map.groupBy(spans, ({ traceId }) => traceId)].map(([traceID, own]) => ({
    traceID,
    spans: own.map((span) => ({
      traceID,
      spanID: span.spanId,
      operationName: span.name,
      references: span.parentId === undefined ? [] : [{ refType: "CHILD_OF", traceID, spanID: span.parentId }],
      startTime: span.startUs,
      duration: span.durationUs,
      tags: [
        { key: "span.kind", type: "string", value: kinds[span.kind] },
        ...(span.failed ? [{ key: "error", type: "bool", value: true }] : []),
      ],
      logs: [],
      processID: `p${services.indexOf(span.service)}`,
    })),
    processes: Object.fromEntries(services.map((serviceName, at) => [`p${at}`, { serviceName }])),
  }));
  return JSON.stringify({ data, total: 0 });
}

/** Zipkin's list of spans, or its API's list of traces. */
export function zipkinDocument(spans: readonly FixtureSpan[], byTrace = false): string {
  const kinds = ["", undefined, "SERVER", "CLIENT", "PRODUCER", "CONSUMER"];
  const write = (span: FixtureSpan): object => ({
    traceId: span.traceId,
    id: span.spanId,
    ...(span.parentId !== undefined && { parentId: span.parentId }),
    name: span.name,
    kind: kinds[span.kind],
    timestamp: span.startUs,
    duration: span.durationUs,
    localEndpoint: { serviceName: span.service },
    tags: span.failed ? { error: "declined" } : {},
  });
  if (!byTrace) return JSON.stringify(spans.map(write), null, 1);
  return JSON.stringify([...Map.groupBy(spans, ({ traceId }) => traceId).values()].map((own) => own.map(write)));
}

/** As Python's console exporter prints them. */
export function pythonConsole(spans: readonly FixtureSpan[]): string {
  const kinds = ["", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"];
  const time = (us: number): string =>
    new Date(us / 1000).toISOString().replace(/\d{3}Z$/, `${String(us % 1e6).padStart(6, "0")}Z`);
  return spans
    .map((span) =>
      JSON.stringify(
        {
          name: span.name,
          context: { trace_id: `0x${span.traceId}`, span_id: `0x${span.spanId}`, trace_state: "[]" },
          kind: `SpanKind.${kinds[span.kind]}`,
          parent_id: span.parentId === undefined ? null : `0x${span.parentId}`,
          start_time: time(span.startUs),
          end_time: time(span.startUs + span.durationUs),
          status: { status_code: span.failed ? "ERROR" : "UNSET" },
          attributes: { rank: 3 },
          resource: { attributes: { "service.name": span.service }, schema_url: "" },
        },
        null,
        4,
      ),
    )
    .join("\n");
}

/** A simulation of four kinds of sampler, unless it is changed. */
export function simulated(files: readonly string[], changes: Partial<SimulateOptions> = {}): Promise<Simulation> {
  const samplers = ["always_on", "ratio:0.3", "rate:20/s", "tail:errors"];
  return simulate({ files, samplers, repeat: 2, seed: 9, windowSpans: 10_000, baseDir: ".", ...changes });
}
