import { Latest } from "../base/latest.ts";
import type { Problems } from "./problems.ts";
import type { RecordedSpan } from "./recorded-span.ts";
import { traceOf, type RecordedTrace } from "./recorded-trace.ts";

/** Traces that have left the window are remembered, so that spans that come back late are counted. */
const REMEMBERED_TRACES = 100_000;

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
  let [held, seen] = [0, 0];
  for await (const batch of batches) {
    for (const span of batch) {
      const id = keyOf(span.traceId);
      const trace = open.get(id);
      if (trace === undefined) {
        if (left.get(id)) problems.add("split-trace", span.place, `trace ${span.traceId}`);
        open.set(id, { spans: [span], touched: ++seen });
      } else {
        trace.spans.push(span);
        trace.touched = ++seen;
      }
    }
    held += batch.length;
    if (held < windowSpans) continue;
    const leaving = quietHalf(open);
    for (const [id, { spans }] of leaving) {
      open.delete(id);
      held -= spans.length;
      left.set(id, true);
    }
    yield inTime(leaving, problems);
  }
  yield inTime([...open], problems);
}

/** 64 bits are one trace's own: some processes of it may send the id without its upper half. */
function keyOf(traceId: string): string {
  return traceId.slice(16) === "0000000000000000" ? traceId : traceId.slice(16);
}

function quietHalf(open: ReadonlyMap<string, OpenTrace>): [string, OpenTrace][] {
  const quietFirst = [...open].toSorted(([, a], [, b]) => a.touched - b.touched);
  return quietFirst.slice(0, Math.ceil(open.size / 2));
}

function* inTime(
  traces: readonly (readonly [string, OpenTrace])[],
  problems: Problems,
): Generator<RecordedTrace, void, undefined> {
  const ordered = traces
    .map(([id, { spans }]) => ({ id, spans, startUs: startOf(spans) }))
    .toSorted((a, b) => a.startUs - b.startUs || (a.id < b.id ? -1 : 1));
  for (const { spans } of ordered) yield traceOf(spans, problems);
}

/** Spans without a time have no say. */
function startOf(spans: readonly RecordedSpan[]): number {
  let startUs = Infinity;
  for (const span of spans) if (span.zipkin?.hasTime !== false) startUs = Math.min(startUs, span.startUs);
  return startUs;
}
