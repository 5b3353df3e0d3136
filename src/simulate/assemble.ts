import { Latest } from "../base/latest.ts";
import type { Problems } from "./problems.ts";
import type { RecordedSpan } from "./recorded-span.ts";
import { clockOf, traceOf, type RecordedTrace } from "./recorded-trace.ts";

/** Traces that have left the window are remembered, so that spans that come back late are counted. */
const REMEMBERED_TRACES = 100_000;

/** Ids of 64 bits are padded with these. */
const NO_UPPER_HALF = "0".repeat(16);
/** Traces that start so long before one that was taken already are counted. */
const OUT_OF_ORDER_US = 1e6;

interface OpenTrace {
  readonly spans: RecordedSpan[];
  /** The number of the span that came last. */
  touched: number;
}

/**
 * Puts spans together to traces within a window of so many spans. When it is full, the half of its traces that has been
 * quiet the longest leaves, in order of start; at the end, all others. So a file smaller than the window comes out in
 * order of time, and a larger one nearly so. Traces come in groups, each made when it is asked for: only spans wait.
 */
export async function* assembleTraces(
  batches: AsyncIterable<readonly RecordedSpan[]>,
  windowSpans: number,
  problems: Problems,
): AsyncGenerator<Iterable<RecordedTrace>> {
  const open = new Map<string, OpenTrace>();
  const left = new Latest<string, true>(REMEMBERED_TRACES);
  const taken = { us: -Infinity };
  let [held, seen] = [0, 0];
  for await (const batch of batches) {
    for (const span of batch) {
      const { traceId } = span;
      const trace = open.get(traceId);
      if (trace === undefined) {
        if (left.get(traceId)) problems.add("split-trace", span.place, `trace ${traceId}`);
        open.set(traceId, { spans: [span], touched: ++seen });
      } else {
        // one text for all: a window of spans is what the memory is full of
        span.traceId = trace.spans[0]!.traceId;
        trace.spans.push(span);
        trace.touched = ++seen;
      }
    }
    held += batch.length;
    if (held < windowSpans) continue;
    joinShortIds(open, problems);
    const leaving = quietHalf(open);
    for (const [id, { spans }] of leaving) {
      open.delete(id);
      held -= spans.length;
      left.set(id, true);
    }
    yield inTime(leaving, taken, problems);
  }
  joinShortIds(open, problems);
  yield inTime([...open], taken, problems);
}

/** Some processes send a trace's id without its upper half: their spans go to the trace with that lower half, if there is one only. */
function joinShortIds(open: Map<string, OpenTrace>, problems: Problems): void {
  const [short, full] = [[...open.keys()].filter(isShort), [...open.keys()].filter((id) => !isShort(id))];
  if (short.length === 0 || full.length === 0) return;
  const byLowerHalf = Map.groupBy(full, (id) => id.slice(16));
  for (const id of short) {
    const [match, another] = byLowerHalf.get(id.slice(16)) ?? [];
    if (match === undefined) continue;
    const [part, whole] = [open.get(id)!, open.get(match)!];
    if (another !== undefined) problems.add("ambiguous-id", part.spans[0]!.place, `trace ${id}`);
    else {
      for (const span of part.spans) whole.spans.push(span);
      whole.touched = Math.max(whole.touched, part.touched);
      open.delete(id);
    }
  }
}

function isShort(traceId: string): boolean {
  return traceId.startsWith(NO_UPPER_HALF);
}

function quietHalf(open: ReadonlyMap<string, OpenTrace>): [string, OpenTrace][] {
  const quietFirst = [...open].toSorted(([, a], [, b]) => a.touched - b.touched);
  return quietFirst.slice(0, Math.ceil(open.size / 2));
}

function* inTime(
  traces: readonly (readonly [string, OpenTrace])[],
  taken: { us: number },
  problems: Problems,
): Generator<RecordedTrace, void, undefined> {
  const ordered = traces
    .map(([id, { spans }]) => ({ id, spans, startUs: startOf(spans) }))
    .toSorted((a, b) => a.startUs - b.startUs || (a.id < b.id ? -1 : 1));
  for (const { spans, startUs } of ordered) {
    if (startUs < taken.us - OUT_OF_ORDER_US) problems.add("out-of-order", spans[0]!.place);
    if (clockOf(spans[0]!) === "sound") taken.us = Math.max(taken.us, startUs);
    yield traceOf(spans, problems);
  }
}

/** Spans without a time have no say. */
function startOf(spans: readonly RecordedSpan[]): number {
  let startUs = Infinity;
  for (const span of spans) if (span.zipkin?.hasTime !== false) startUs = Math.min(startUs, span.startUs);
  return startUs;
}
