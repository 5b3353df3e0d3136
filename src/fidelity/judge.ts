import type { Evidence, Fidelity } from "../record/fidelity.ts";
import type { RequestTable } from "../load/job.ts";
import type { SpanTable } from "../sink/protocol.ts";
import { deriveFidelity } from "./derive.ts";
import { failedByAnswer, failedBySpans } from "./failure.ts";
import { Kept, type KeptTrace } from "./kept.ts";
import { lostParts, traceKey, type LostPart } from "./lost.ts";
import { anatomyOf, MISSING, ROOT } from "./trace-anatomy.ts";
import { Truth, type JudgedRequest } from "./truth.ts";

export interface JudgeContext {
  /** The inclusion probability of every trace, where the sampler has one (`SamplerKind.inclusion`). */
  readonly inclusion?: number | undefined;
  /** The scenario's incident; `atMs` from the opening of the measured window. */
  readonly incident?: { readonly atMs: number; readonly route: string; readonly class: string } | undefined;
}

/**
 * Joins what the driver knows of every request with what arrived at the sink, and judges it.
 * A trace belongs to the request whose id its root carries, or any other of its spans, of those that were lost too.
 * Requests without a complete answer, and traces from outside the window, are not judged. Pure.
 */
export function judge(evidence: Evidence, context: JudgeContext = {}): Fidelity {
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
    // A request whose context was lost on the way has several traces; the best of them stands for it.
    const [best, ...others] = traces.toSorted((a, b) => rank(b) - rank(a));
    kept.add(request, truth.routeOf(request), best!);
    for (const other of others) kept.addFurther(other);
    if (!best!.whole) continue;
    wholeRows.add(row);
    if (request.failed && !best!.failed) spanStatus.failuresUnmarked++;
    if (best!.failed && !request.failed) spanStatus.errorsUncounted++;
  }
  const incident = context.incident && incidentOf(requests, wholeRows, context.incident);
  const disagree = spanStatus.failuresUnmarked + spanStatus.errorsUncounted > 0;
  const fidelity = deriveFidelity(truth, kept, context.inclusion);
  return {
    ...fidelity,
    traces: { ...fidelity.traces, ...(lost.unnamed !== undefined && { unnamedLosses: lost.unnamed }) },
    ...(disagree && { spanStatus }),
    ...(incident && { incident }),
  };
}

/** Whether a complete answer came; only such requests are judged. */
export function isAnswered(requests: RequestTable, row: number): boolean {
  return requests.status[row]! > 0 && Number.isFinite(requests.responseTimeUs[row]!);
}

export function requestAt(requests: RequestTable, row: number): JudgedRequest {
  const template = requests.templates[requests.template[row]!]!;
  return {
    route: template.route,
    class: template.class,
    failed: failedByAnswer(requests.status[row]!, template),
    latencyUs: requests.responseTimeUs[row]!,
  };
}

interface ArrivedTrace extends KeptTrace {
  /** By its spans. */
  readonly failed: boolean;
}

function rank(trace: KeptTrace): number {
  return trace.whole ? 2 : trace.root === undefined ? 0 : 1;
}

function tracesByRequest(
  spans: SpanTable,
  lost: ReadonlyMap<bigint, LostPart>,
  rowOf: ReadonlyMap<number, number>,
  inclusion: number | undefined,
): Map<number, ArrivedTrace[]> {
  const traces = new Map<number, ArrivedTrace[]>();
  for (const rows of spansByTrace(spans)) {
    const lack = lost.get(traceKey(spans, rows[0]!));
    const requestRow = rowOf.get(requestIdOf(spans, rows)) ?? rowOf.get(lack?.requestId ?? NaN);
    if (requestRow === undefined) continue;
    const there = traceAt(spans, rows, inclusion);
    const trace = lack === undefined ? there : { ...there, whole: false, shape: undefined };
    traces.set(requestRow, [...(traces.get(requestRow) ?? []), trace]);
  }
  return traces;
}

/** Rows of the span table, trace by trace. */
export function spansByTrace(spans: SpanTable): Iterable<number[]> {
  const traces = new Map<bigint, number[]>();
  for (let row = 0; row < spans.spanId.length; row++) {
    const key = traceKey(spans, row);
    const rows = traces.get(key);
    if (rows === undefined) traces.set(key, [row]);
    else rows.push(row);
  }
  return traces.values();
}

/** Of the trace these rows are: its root's, or any other's where the root did not arrive or does not carry it. NaN where none does. */
export function requestIdOf(spans: SpanTable, rows: readonly number[]): number {
  const carriers = rows.filter((row) => !Number.isNaN(spans.requestId[row]!));
  const carrier = carriers.find((row) => spans.parentId[row] === 0n) ?? carriers[0];
  return carrier === undefined ? NaN : spans.requestId[carrier]!;
}

function traceAt(spans: SpanTable, rows: readonly number[], inclusion: number | undefined): ArrivedTrace {
  const place = new Map(rows.map((row, index) => [spans.spanId[row]!, index]));
  const anatomy = anatomyOf({
    parent: rows.map((row) => (spans.parentId[row] === 0n ? ROOT : (place.get(spans.parentId[row]!) ?? MISSING))),
    service: rows.map((row) => spans.strings[spans.service[row]!] ?? ""),
    name: rows.map((row) => spans.strings[spans.name[row]!] ?? ""),
    kind: rows.map((row) => spans.kind[row]!),
  });
  const rootRow = anatomy.root === undefined ? undefined : rows[anatomy.root]!;
  const own = rootRow === undefined ? NaN : spans.adjustedCount[rootRow]!;
  const failed = failedBySpans(rows.values().map((row) => spans.status[row]!));
  return { ...anatomy, weight: weigh(own, inclusion), failed };
}

/** 1 / inclusion probability where there is one for all, else the trace's own adjusted count, else NaN. */
export function weigh(adjustedCount: number, inclusion: number | undefined): number {
  return inclusion === undefined ? adjustedCount : 1 / inclusion;
}

function incidentOf(
  requests: RequestTable,
  keptRows: ReadonlySet<number>,
  incident: NonNullable<JudgeContext["incident"]>,
): NonNullable<Fidelity["incident"]> {
  const beganUs = incident.atMs * 1000;
  let [offered, kept, firstUs] = [0, 0, Infinity];
  for (let row = 0; row < requests.id.length; row++) {
    const { route, class: requestClass, failed } = requestAt(requests, row);
    const concerns = failed && route === incident.route && requestClass === incident.class;
    if (!concerns || !isAnswered(requests, row) || requests.intendedUs[row]! < beganUs) continue;
    offered++;
    if (!keptRows.has(row)) continue;
    kept++;
    firstUs = Math.min(firstUs, requests.completedUs[row]!);
  }
  return { offered, kept, ...(kept > 0 && { firstKeptMs: (firstUs - beganUs) / 1000 }) };
}
