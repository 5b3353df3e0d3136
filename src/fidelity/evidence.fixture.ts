/** Evidence as driver and sink record it, from a few words. */
import type { Evidence, RequestColumns, SpanColumns } from "./evidence.ts";

export interface FixtureRequest {
  readonly route: string;
  readonly class?: string;
  /** 0: no answer came. */
  readonly status?: number;
  readonly fails?: boolean;
  readonly latencyUs: number;
  readonly atMs?: number;
}

export interface FixtureSpan {
  /** Index of the request, from 0. */
  readonly request: number;
  /** Number within the trace, from 1; the parent's, or 0 for the root. */
  readonly id: number;
  readonly parent: number;
  readonly service: string;
  readonly name: string;
  readonly kind?: number;
  /** OTLP's StatusCode; 0 for none. */
  readonly status?: number;
  readonly adjustedCount?: number;
  /** Which of the request's traces. */
  readonly trace?: number;
}

/** `named`: what the ledger names as lost or doubtful; `lost`: how many spans are lost by the ledger, by default as many. */
export function evidenceOf(
  requests: readonly FixtureRequest[],
  spans: readonly FixtureSpan[],
  named?: readonly FixtureSpan[],
  lost?: number,
): Evidence {
  const losses = named && { spans: lost ?? named.length, named: [spanTable(named)] };
  return { requests: requestTable(requests), spans: spanTable(spans), ...(losses && { losses }) };
}

/**
 * Each request's spans: a gateway, an order service below it, and below that a payment if the class is not `ordinary`.
 * The gateway's span has the status ERROR if the request is to count as failed.
 */
export function usualSpans(requests: readonly FixtureRequest[]): FixtureSpan[] {
  return requests.flatMap((request, index): FixtureSpan[] => [
    {
      request: index,
      id: 1,
      parent: 0,
      service: "gateway",
      name: request.route,
      kind: 2,
      status: request.fails || (request.status ?? 200) >= 500 ? 2 : 0,
    },
    { request: index, id: 2, parent: 1, service: "order", name: "order", kind: 2 },
    ...((request.class ?? "ordinary") === "ordinary"
      ? []
      : [{ request: index, id: 3, parent: 2, service: "payment", name: request.class!, kind: 2 }]),
  ]);
}

function requestTable(requests: readonly FixtureRequest[]): RequestColumns {
  const templates = requests.map(({ route, class: name = "ordinary", fails = false }) => ({
    route,
    class: name,
    fails,
  }));
  const answered = requests.map(({ status = 200 }) => status > 0);
  const intendedUs = requests.map(({ atMs = 0 }) => atMs * 1000);
  const latencyUs = requests.map((request, row) => (answered[row] ? request.latencyUs : NaN));
  return {
    templates,
    id: Float64Array.from(requests, (_, row) => 1000 + row),
    template: Uint16Array.from(requests, (_, row) => row),
    intendedUs: Float64Array.from(intendedUs),
    completedUs: Float64Array.from(requests, (_, row) => intendedUs[row]! + latencyUs[row]!),
    responseTimeUs: Float64Array.from(latencyUs),
    serviceTimeUs: Float64Array.from(latencyUs),
    status: Uint16Array.from(requests, ({ status = 200 }) => status),
  };
}

function spanTable(spans: readonly FixtureSpan[]): SpanColumns {
  const strings = [...new Set(spans.flatMap(({ service, name }) => [service, name]))];
  const spanId = (span: FixtureSpan, id: number): bigint =>
    id === 0 ? 0n : BigInt((span.request * 10 + (span.trace ?? 0)) * 1000 + id);
  return {
    strings,
    traceIdHigh: BigUint64Array.from(spans, ({ trace = 0 }) => BigInt(trace + 1)),
    traceIdLow: BigUint64Array.from(spans, ({ request }) => BigInt(request + 1)),
    spanId: BigUint64Array.from(spans, (span) => spanId(span, span.id)),
    parentId: BigUint64Array.from(spans, (span) => spanId(span, span.parent)),
    service: Uint32Array.from(spans, ({ service }) => strings.indexOf(service)),
    name: Uint32Array.from(spans, ({ name }) => strings.indexOf(name)),
    kind: Uint8Array.from(spans, ({ kind = 1 }) => kind),
    status: Uint8Array.from(spans, ({ status = 0 }) => status),
    startUs: Float64Array.from(spans, ({ request, id }) => 1.7e15 + request * 1000 + id),
    durationUs: Float64Array.from(spans, () => 500),
    requestId: Float64Array.from(spans, ({ kind, request }) => (kind === 2 ? 1000 + request : NaN)),
    adjustedCount: Float64Array.from(spans, ({ adjustedCount = NaN }) => adjustedCount),
  };
}
