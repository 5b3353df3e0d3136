import { callerOf } from "../base/caller.ts";
import { MISSING, ROOT, type TraceSpans } from "../fidelity/trace-anatomy.ts";
import type { AnsweredRequest } from "../fidelity/truth.ts";
import type { Problems } from "./problems.ts";
import { REQUEST, type RecordedSpan } from "./recorded-span.ts";
import { splitSharedIds } from "./read/shared-ids.ts";

/** One trace, ready to be sampled: its spans with every parent before its children, siblings in order of their start. */
export interface RecordedTrace extends TraceSpans {
  readonly traceId: string;
  readonly spans: readonly RecordedSpan[];
  /** Row of the parent, or ROOT. What was not recorded cannot be missed: a span without its parent is a root here. */
  readonly parent: readonly number[];
  /** When its first span starts, in ms since 1970. */
  readonly startMs: number;
  /** The driver's caller above its first span, whose decision is as recorded. */
  readonly caller: ReturnType<typeof callerOf>;
  /** The request it stands for. */
  readonly request: AnsweredRequest;
}

const [YEAR_2000_US, YEAR_2100_US] = [Date.UTC(2000) * 1000, Date.UTC(2100) * 1000];

/** Mends what can be mended (twins, cycles, missing parents) and books it. */
export function traceOf(recorded: readonly RecordedSpan[], problems: Problems): RecordedTrace {
  let [spans, rows] = [recorded, rowsOf(recorded)];
  if (rows.size < spans.length || spans.some(({ zipkin }) => zipkin !== undefined)) {
    spans = splitSharedIds(recorded, problems);
    rows = rowsOf(spans);
  }
  const parents = spans.map((span) => {
    const { parentId } = span;
    return parentId === undefined ? ROOT : (rows.get(parentId) ?? (callerAbove(span) ? ROOT : MISSING));
  });
  cutCycles(spans, parents, problems);
  const order = parentsFirst(spans, parents);
  const newRow: number[] = [];
  for (let at = 0; at < order.length; at++) newRow[order[at]!] = at;
  const ordered = order.map((row) => {
    const span = spans[row]!;
    if (parents[row] === MISSING) problems.add("missing-parent", span.place, `span ${span.spanId}`);
    if (clockOf(span) !== "sound") problems.add("odd-clock", span.place);
    return span;
  });
  const first = ordered[0]!;
  return {
    parent: order.map((row) => (parents[row]! < 0 ? ROOT : newRow[parents[row]!]!)),
    service: ordered.map(({ service }) => service),
    name: ordered.map(({ name }) => name),
    kind: ordered.map(({ kind }) => kind),
    traceId: first.traceId,
    spans: ordered,
    startMs: first.startUs / 1000,
    caller: callerAbove(first),
    request: requestOf(ordered),
  };
}

function callerAbove({ traceId, parentId }: RecordedSpan): RecordedTrace["caller"] {
  return parentId === undefined ? undefined : callerOf(BigInt(`0x${traceId.slice(16)}`), BigInt(`0x${parentId}`));
}

export type ClockState = "sound" | "early" | "late";

/** Clocks that were never set begin in 1970; no trace was recorded after 2100 yet. */
export function clockOf({ startUs, zipkin }: RecordedSpan): ClockState {
  if (zipkin?.hasTime === false) return "sound";
  return startUs < YEAR_2000_US ? "early" : startUs < YEAR_2100_US ? "sound" : "late";
}

function rowsOf(spans: readonly RecordedSpan[]): Map<string, number> {
  const rows = new Map<string, number>();
  for (let row = 0; row < spans.length; row++) rows.set(spans[row]!.spanId, row);
  return rows;
}

/** Makes the earliest span of each cycle an orphan. */
function cutCycles(spans: readonly RecordedSpan[], parents: number[], problems: Problems): void {
  if (parents.every((parent, row) => parent < row)) return;
  const visited = new Int32Array(spans.length);
  for (let start = 0; start < spans.length; start++) {
    let row = start;
    while (row >= 0 && visited[row] === 0) {
      visited[row] = start + 1;
      row = parents[row]!;
    }
    if (row < 0 || visited[row] !== start + 1) continue;
    let earliest = row;
    for (let next = parents[row]!; next !== row; next = parents[next]!) {
      if (isBefore(spans[next]!, spans[earliest]!)) earliest = next;
    }
    parents[earliest] = ROOT;
    problems.add("cycle", spans[earliest]!.place, `span ${spans[earliest]!.spanId}`);
  }
}

/** Rows in depth-first order, true roots before spans without their parent. */
function parentsFirst(spans: readonly RecordedSpan[], parents: readonly number[]): number[] {
  const byStart = spans.map((_, row) => row);
  const isInOrder = spans.every((span, row) => row === 0 || !isBefore(span, spans[row - 1]!));
  if (!isInOrder) byStart.sort((a, b) => (isBefore(spans[a]!, spans[b]!) ? -1 : 1));
  // by parent from MISSING on, the first of its children; by row, the next sibling
  const first: (number | undefined)[] = [];
  const next: (number | undefined)[] = [];
  for (let at = byStart.length - 1; at >= 0; at--) {
    const row = byStart[at]!;
    const slot = parents[row]! - MISSING;
    next[row] = first[slot];
    first[slot] = row;
  }
  const order: number[] = [];
  for (const top of [ROOT, MISSING]) {
    let row = first[top - MISSING];
    while (row !== undefined) {
      order.push(row);
      let following = first[row - MISSING];
      for (; following === undefined && row >= 0; row = parents[row]!) following = next[row];
      row = following;
    }
  }
  return order;
}

function isBefore(a: RecordedSpan, b: RecordedSpan): boolean {
  return a.startUs === b.startUs ? a.spanId < b.spanId : a.startUs < b.startUs;
}

/**
 * The driver's own word if `bench --record` wrote it. Else the root stands for the request: its service and name are
 * the route, its duration the latency; the request failed if a span of the trace has the status ERROR (see
 * estimate/fidelity/failure.ts).
 */
function requestOf(spans: readonly RecordedSpan[]): AnsweredRequest {
  const { service, name, durationUs } = spans[0]!;
  const known = spans.find(({ attributes }) => attributes[REQUEST.route] !== undefined)?.attributes;
  if (known !== undefined) {
    return {
      route: String(known[REQUEST.route]),
      failed: String(known[REQUEST.failed]) === "true",
      latencyUs: Number(known[REQUEST.serviceTimeUs] ?? durationUs),
    };
  }
  const failed = spans.some((span) => span.failed);
  return { route: `${service} ${name}`, failed, latencyUs: durationUs };
}
