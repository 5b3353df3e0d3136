import type { Problems } from "./problems.ts";
import type { RecordedSpan } from "./recorded-span.ts";
import { traceOf, type RecordedTrace } from "./recorded-trace.ts";

/** Traces that have left the window are remembered, so that spans that come back late are told. */
const REMEMBERED_TRACES = 200_000;

interface OpenTrace {
  readonly spans: RecordedSpan[];
  /** The number of the span that came last. */
  touched: number;
}

/**
 * Puts spans together to traces within a window of so many spans. When it is full, the half of its traces that has been
 * quiet the longest leaves, in order of start; at the end, all others. So a file smaller than the window comes out in
 * order of time, and a larger one nearly so.
 */
export async function* assembleTraces(
  batches: AsyncIterable<readonly RecordedSpan[]>,
  windowSpans: number,
  problems: Problems,
): AsyncGenerator<RecordedTrace> {
  const open = new Map<string, OpenTrace>();
  const left = new Set<string>();
  let [held, seen] = [0, 0];
  for await (const batch of batches) {
    for (const span of batch) {
      const trace = open.get(span.traceId);
      if (trace === undefined) {
        if (left.has(span.traceId)) problems.add("split-trace", span.place, `trace ${span.traceId}`);
        open.set(span.traceId, { spans: [span], touched: ++seen });
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
      left.add(id);
      if (left.size > REMEMBERED_TRACES) left.delete(left.keys().next().value!);
    }
    yield* inTime(leaving, problems);
  }
  yield* inTime([...open], problems);
}

function quietHalf(open: ReadonlyMap<string, OpenTrace>): [string, OpenTrace][] {
  const quietFirst = [...open].toSorted(([, a], [, b]) => a.touched - b.touched);
  return quietFirst.slice(0, Math.ceil(open.size / 2));
}

function inTime(traces: readonly (readonly [string, OpenTrace])[], problems: Problems): RecordedTrace[] {
  return traces
    .map(([, { spans }]) => traceOf(spans, problems))
    .toSorted((a, b) => a.startMs - b.startMs || (a.traceId < b.traceId ? -1 : 1));
}
