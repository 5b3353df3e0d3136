/** Jaeger's query API, version 1 and 2. Its /api/v3 is the same search; it is marked unstable, and /api/traces is not. */
interface Trace {
  readonly traceID: string;
  readonly spans: readonly { readonly spanID: string }[];
}

/** Of traces that began in it: an answer for all at once could be too long for a string. */
const SLICE_MS = 1000;
/** Below max_traces in collectors/jaeger.yaml, which Jaeger wants. */
const MOST_TRACES = 999_999;
/** For all its answers. */
export const STORE_WITHIN_MS = 60_000;

/** How many spans, by unique id, Jaeger at this origin has of the time since `fromMs`; undefined if it does not answer. */
export async function storedSpans(origin: string, fromMs: number): Promise<number | undefined> {
  const toMs = Date.now();
  const signal = AbortSignal.timeout(STORE_WITHIN_MS);
  const ask = async (url: string): Promise<unknown> => {
    const answer = await fetch(url, { signal });
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    return ((await answer.json()) as { readonly data: unknown }).data;
  };
  const counts = new Map<string, number>();
  try {
    const services = (await ask(`${origin}/api/services`)) as readonly string[] | null;
    for (const service of services ?? [])
      for (let startMs = fromMs; startMs < toMs; startMs += SLICE_MS) {
        const query = new URLSearchParams({
          service,
          start: String(startMs * 1000),
          end: String((startMs + SLICE_MS) * 1000),
          limit: String(MOST_TRACES),
        });
        const traces = (await ask(`${origin}/api/traces?${query.toString()}`)) as readonly Trace[] | null;
        for (const { traceID, spans } of traces ?? [])
          counts.set(traceID, new Set(spans.map(({ spanID }) => spanID)).size);
      }
  } catch {
    return undefined;
  }
  return counts.values().reduce((sum, count) => sum + count, 0);
}
