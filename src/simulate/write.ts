import { createWriteStream, rmSync } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { safeText } from "../base/redact.ts";
import { isAnswered, requestAt, requestIdOf, spansByTrace } from "../fidelity/trial-fidelity.ts";
import type { Evidence, SpanColumns } from "../fidelity/evidence.ts";
import { DRIVER_LATE, REQUEST } from "./recorded-span.ts";

type OtlpAttribute = { readonly key: string; readonly value: Readonly<Record<string, unknown>> };

/**
 * Writes what arrived of one trial's judged requests as OTLP JSON lines, one trace a line; gzip if the name ends in
 * `.gz`. Returns the number of traces. The span that carries the request's id is given what the driver knew (route,
 * failure, time from the send), so that a simulation judges by the same truth as the trial, but for the driver's lateness. The sink keeps no other
 * attributes, so samplers that decide by attributes see none in such a file. A trace that lost every span with the
 * request's id is left out. As results files, it is for its owner only, and its texts are safe.
 */
export async function writeTraces(path: string, evidence: Evidence, { append = false } = {}): Promise<number> {
  let traces = 0;
  const counted = function* (): Generator<string> {
    for (const line of linesOf(evidence)) {
      traces++;
      yield line;
    }
  };
  // a file that is replaced would keep its mode
  if (!append) rmSync(path, { force: true });
  await writeLines(path, counted(), append ? "a" : "wx");
  return traces;
}

/** Adds to the file, for each trial with a late driver, a line without spans: `simulate` warns of it. */
export async function markDriverLate(path: string, trials: number): Promise<void> {
  const attributes: OtlpAttribute[] = [{ key: DRIVER_LATE, value: { boolValue: true } }];
  const line = `${JSON.stringify({ resourceSpans: [{ resource: { attributes }, scopeSpans: [] }] })}\n`;
  await writeLines(path, Array<string>(trials).fill(line), "a");
}

async function writeLines(path: string, lines: Iterable<string>, flags: "a" | "wx"): Promise<void> {
  const file = createWriteStream(path, { flags, mode: 0o600 });
  if (path.endsWith(".gz")) await pipeline(Readable.from(lines), createGzip(), file);
  else await pipeline(Readable.from(lines), file);
}

function* linesOf({ requests, spans: recorded }: Evidence): Generator<string> {
  const spans = { ...recorded, strings: recorded.strings.map(safeText) };
  const rowOf = new Map<number, number>();
  for (let row = 0; row < requests.id.length; row++) if (isAnswered(requests, row)) rowOf.set(requests.id[row]!, row);
  for (const rows of spansByTrace(spans)) {
    const requestRow = rowOf.get(requestIdOf(spans, rows));
    if (requestRow === undefined) continue;
    const request = requestAt(requests, requestRow);
    const known: OtlpAttribute[] = [
      { key: REQUEST.id, value: { intValue: String(requests.id[requestRow]!) } },
      { key: REQUEST.route, value: { stringValue: safeText(request.route) } },
      { key: REQUEST.failed, value: { boolValue: request.failed } },
      { key: REQUEST.serviceTimeUs, value: { doubleValue: requests.serviceTimeUs[requestRow]! } },
    ];
    yield `${JSON.stringify({ resourceSpans: resourceSpansOf(spans, rows, known) })}\n`;
  }
}

function resourceSpansOf(spans: SpanColumns, rows: readonly number[], known: readonly OtlpAttribute[]): unknown[] {
  return [...Map.groupBy(rows, (row) => spans.service[row]!)].map(([service, own]) => ({
    resource: { attributes: [{ key: "service.name", value: { stringValue: spans.strings[service] } }] },
    scopeSpans: [{ scope: { name: "spantoll" }, spans: own.map((row) => otlpSpan(spans, row, known)) }],
  }));
}

function otlpSpan(spans: SpanColumns, row: number, known: readonly OtlpAttribute[]): unknown {
  const parentId = spans.parentId[row]!;
  const startUs = spans.startUs[row]!;
  return {
    traceId: hex(spans.traceIdHigh[row]!) + hex(spans.traceIdLow[row]!),
    spanId: hex(spans.spanId[row]!),
    ...(parentId !== 0n && { parentSpanId: hex(parentId) }),
    name: spans.strings[spans.name[row]!],
    kind: spans.kind[row],
    startTimeUnixNano: nanos(startUs, 0),
    endTimeUnixNano: nanos(startUs, spans.durationUs[row]!),
    attributes: Number.isNaN(spans.requestId[row]!) ? [] : known,
    status: { code: spans.status[row] },
  };
}

function hex(id: bigint): string {
  return id.toString(16).padStart(16, "0");
}

/** Whole nanoseconds as text; the duration is added after the split, since µs since 1970 leave a float no room for it. */
function nanos(startUs: number, durationUs: number): string {
  const wholeUs = Math.floor(startUs);
  return String(BigInt(wholeUs) * 1000n + BigInt(Math.round((startUs - wholeUs) * 1000 + durationUs * 1000)));
}
