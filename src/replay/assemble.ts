import type { Problems } from "./problems.ts";
import type { RecordedSpan } from "./recorded-span.ts";
import { traceOf, type RecordedTrace } from "./recorded-trace.ts";

/** Traces that have left the window are remembered, so that spans that come back late are told. */
const REMEMBERED_TRACES = 200_000;

/**
 * Puts spans together to traces within a window of so many spans. When it is full, the half of its traces that has been
 * quiet the longest leaves, in order of start; at the end, all others. So a file smaller than the window comes out in
 * order of time, and a larger one nearly so.
 */
export async function* assembleTraces(
  spans: AsyncIterable<RecordedSpan>,
  windowSpans: number,
  problems: Problems,
): AsyncGenerator<RecordedTrace> {
  /** The quietest trace first. */
  const open = new Map<string, RecordedSpan[]>();
  const left = new Set<string>();
  let held = 0;
  for await (const span of spans) {
    const { traceId } = span;
    const known = open.get(traceId);
    if (known === undefined) {
      if (left.has(traceId)) problems.add("split-trace", span.place, `trace ${traceId}`);
      open.set(traceId, [span]);
    } else {
      known.push(span);
      open.delete(traceId);
      open.set(traceId, known);
    }
    held++;
    if (held < windowSpans) continue;
    const leaving = [...open].slice(0, Math.ceil(open.size / 2));
    for (const [id, members] of leaving) {
      open.delete(id);
      held -= members.length;
      left.add(id);
      if (left.size > REMEMBERED_TRACES) left.delete(left.keys().next().value!);
    }
    yield* inTime(leaving, problems);
  }
  yield* inTime([...open], problems);
}

function inTime(traces: readonly (readonly [string, readonly RecordedSpan[]])[], problems: Problems): RecordedTrace[] {
  return traces
    .map(([, spans]) => traceOf(spans, problems))
    .toSorted((a, b) => a.startMs - b.startMs || (a.traceId < b.traceId ? -1 : 1));
}
