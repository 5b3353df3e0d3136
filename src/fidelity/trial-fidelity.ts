import { callerOf } from "../base/caller.ts";
import type { Evidence, RequestColumns, SpanColumns } from "./evidence.ts";
import type { Fidelity } from "../record/fidelity.ts";
import { failedByAnswer, failedBySpans } from "./failure.ts";
import { deriveFidelity } from "./fidelity.ts";
import { Kept, type KeptTrace } from "./kept.ts";
import { lostParts, traceKey, type LostPart } from "./lost-spans.ts";
import { anatomyOf, MISSING, ROOT } from "./trace-anatomy.ts";
import { Truth, type AnsweredRequest } from "./truth.ts";

export interface FidelityContext {
  /** The inclusion probability of every trace, if the sampler has one. */
  readonly inclusion?: number | undefined;
  /** The scenario's incident; `atMs` from the opening of the measured window. */
  readonly incident?: { readonly atMs: number; readonly route: string; readonly class: string } | undefined;
  /** When the window opened, ms since 1970. Without it, spans of the start count as the window's. */
  readonly openedMs?: number;
}

/**
 * The fidelity of one trial: joins what the driver knows of every request with what arrived at the sink.
 * A trace belongs to the request whose id its root carries, or else any other of its spans, also a lost one.
 * Requests without a complete answer, and traces from outside the window, do not count. Pure.
 */
export function trialFidelity(evidence: Evidence, context: FidelityContext = {}): Fidelity {
  const { requests } = evidence;
  const truth = new Truth();
  const kept = new Kept();
  const rowOf = new Map<number, number>();
  for (let row = 0; row < requests.id.length; row++) {
    if (!isAnswered(requests, row)) {
      truth.unanswered++;
      continue;
    }
    truth.add(requestAt(requests, row));
    rowOf.set(requests.id[row]!, row);
  }
  const wholeRows = new Set<number>();
  const spanStatus = { failuresUnmarked: 0, errorsUncounted: 0 };
  const lost = lostParts(evidence);
  for (const [row, traces] of tracesByRequest(evidence.spans, lost.byTrace, rowOf, context.inclusion)) {
    const request = requestAt(requests, row);
    // a request whose context was lost on the way has several traces: the best of them stands for it
    const [best, ...others] = traces.toSorted((a, b) => completeness(b) - completeness(a));
    kept.add(request, truth.routeOf(request), best!);
    for (const other of others) kept.addFurther(other);
    if (!best!.whole) continue;
    wholeRows.add(row);
    if (request.failed && !best!.failed) spanStatus.failuresUnmarked++;
    if (best!.failed && !request.failed) spanStatus.errorsUncounted++;
  }
  const fidelity = deriveFidelity(truth, kept, context.inclusion);
  const namedShare = namedShareOf(evidence.spans, lost.byTrace, context.openedMs);
  return {
    ...fidelity,
    spans: { ...fidelity.spans, ...(namedShare < 1 && { namedShare }) },
    traces: { ...fidelity.traces, ...(lost.unnamed !== undefined && { unnamedLosses: lost.unnamed }) },
    ...(spanStatus.failuresUnmarked + spanStatus.errorsUncounted > 0 && { spanStatus }),
    ...(context.incident && { incident: incidentOf(requests, wholeRows, context.incident) }),
  };
}

/** Whether a complete answer came. */
export function isAnswered(requests: RequestColumns, row: number): boolean {
  return requests.status[row]! > 0 && Number.isFinite(requests.responseTimeUs[row]!);
}

export function requestAt(requests: RequestColumns, row: number): AnsweredRequest {
  const template = requests.templates[requests.template[row]!]!;
  return {
    route: template.route,
    failed: failedByAnswer(requests.status[row]!, template),
    latencyUs: requests.responseTimeUs[row]!,
  };
}

interface ArrivedTrace extends KeptTrace {
  /** By its spans. */
  readonly failed: boolean;
}

function completeness({ whole, root }: KeptTrace): number {
  return whole ? 2 : root === undefined ? 0 : 1;
}

function tracesByRequest(
  spans: SpanColumns,
  lost: ReadonlyMap<bigint, LostPart>,
  rowOf: ReadonlyMap<number, number>,
  inclusion: number | undefined,
): Map<number, ArrivedTrace[]> {
  const traces = new Map<number, ArrivedTrace[]>();
  for (const rows of spansByTrace(spans)) {
    const missing = lost.get(traceKey(spans, rows[0]!));
    const requestRow = rowOf.get(requestIdOf(spans, rows)) ?? rowOf.get(missing?.requestId ?? NaN);
    if (requestRow === undefined) continue;
    const arrived = traceAt(spans, rows, inclusion);
    const trace = missing === undefined ? arrived : { ...arrived, whole: false, shape: undefined };
    const ofRequest = traces.get(requestRow);
    if (ofRequest === undefined) traces.set(requestRow, [trace]);
    else ofRequest.push(trace);
  }
  return traces;
}

/** Of the spans that began in the window, those whose trace names a request; 1 if there are none. */
function namedShareOf(spans: SpanColumns, lost: ReadonlyMap<bigint, LostPart>, openedMs = 0): number {
  let [all, named] = [0, 0];
  for (const rows of spansByTrace(spans)) {
    const count = rows.filter((row) => spans.startUs[row]! >= openedMs * 1000).length;
    all += count;
    const id = requestIdOf(spans, rows);
    if (!Number.isNaN(id) || !Number.isNaN(lost.get(traceKey(spans, rows[0]!))?.requestId ?? NaN)) named += count;
  }
  return all === 0 ? 1 : named / all;
}

/** Rows of the span table, trace by trace. */
export function spansByTrace(spans: SpanColumns): Iterable<number[]> {
  const traces = new Map<bigint, number[]>();
  for (let row = 0; row < spans.spanId.length; row++) {
    const key = traceKey(spans, row);
    const rows = traces.get(key);
    if (rows === undefined) traces.set(key, [row]);
    else rows.push(row);
  }
  return traces.values();
}

/** The request id that the root of these rows carries, or else any other of them. NaN if none does. */
export function requestIdOf(spans: SpanColumns, rows: readonly number[]): number {
  const carriers = rows.filter((row) => !Number.isNaN(spans.requestId[row]!));
  const carrier = carriers.find((row) => isRoot(spans, row)) ?? carriers[0];
  return carrier === undefined ? NaN : spans.requestId[carrier]!;
}

/** A trace begins at a span without a parent, or at one whose parent is the request's caller. */
export function isRoot({ parentId, traceIdLow }: SpanColumns, row: number): boolean {
  return parentId[row] === 0n || callerOf(traceIdLow[row]!, parentId[row]!) !== undefined;
}

function traceAt(spans: SpanColumns, rows: readonly number[], inclusion: number | undefined): ArrivedTrace {
  const place = new Map(rows.map((row, index) => [spans.spanId[row]!, index]));
  const anatomy = anatomyOf({
    parent: rows.map((row) => place.get(spans.parentId[row]!) ?? (isRoot(spans, row) ? ROOT : MISSING)),
    service: rows.map((row) => spans.strings[spans.service[row]!] ?? ""),
    name: rows.map((row) => spans.strings[spans.name[row]!] ?? ""),
    kind: rows.map((row) => spans.kind[row]!),
  });
  const rootRow = anatomy.root === undefined ? undefined : rows[anatomy.root]!;
  const ownCount = rootRow === undefined ? NaN : spans.adjustedCount[rootRow]!;
  const failed = failedBySpans(rows.values().map((row) => spans.status[row]!));
  return { ...anatomy, weight: weightOf(ownCount, inclusion), failed };
}

/** 1 / inclusion probability if there is one for all traces, else the trace's own adjusted count, else NaN. */
export function weightOf(adjustedCount: number, inclusion: number | undefined): number {
  return inclusion === undefined ? adjustedCount : 1 / inclusion;
}

function incidentOf(
  requests: RequestColumns,
  keptRows: ReadonlySet<number>,
  incident: NonNullable<FidelityContext["incident"]>,
): NonNullable<Fidelity["incident"]> {
  const beganUs = incident.atMs * 1000;
  let [offered, kept, firstUs] = [0, 0, Infinity];
  for (let row = 0; row < requests.id.length; row++) {
    const template = requests.templates[requests.template[row]!]!;
    const isAffected = template.route === incident.route && template.class === incident.class;
    if (!isAffected || !failedByAnswer(requests.status[row]!, template)) continue;
    if (!isAnswered(requests, row) || requests.intendedUs[row]! < beganUs) continue;
    offered++;
    if (!keptRows.has(row)) continue;
    kept++;
    firstUs = Math.min(firstUs, requests.completedUs[row]!);
  }
  return { offered, kept, ...(kept > 0 && { firstKeptMs: (firstUs - beganUs) / 1000 }) };
}
