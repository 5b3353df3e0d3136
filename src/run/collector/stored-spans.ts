/** Jaeger's query API, version 3, which every Jaeger v2 serves: spans come as OTLP. */
interface Answer {
  readonly result: {
    readonly resourceSpans: readonly {
      readonly scopeSpans: readonly {
        readonly spans: readonly { readonly traceId: string; readonly spanId: string }[];
      }[];
    }[];
  };
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
  const ask = async <T>(path: string, nothing?: T): Promise<T> => {
    const answer = await fetch(`${origin}/api/v3/${path}`, { signal });
    if (answer.status === 404 && nothing !== undefined) return nothing;
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return (await answer.json()) as T;
  };
  const ids = new Set<string>();
  try {
    const { services = [] } = await ask<{ services?: readonly string[] }>("services");
    for (const service of services)
      for (let startMs = fromMs; startMs < toMs; startMs += SLICE_MS) {
        const query = new URLSearchParams({
          "query.service_name": service,
          "query.start_time_min": new Date(startMs).toISOString(),
          "query.start_time_max": new Date(startMs + SLICE_MS).toISOString(),
          "query.num_traces": String(MOST_TRACES),
        });
        const { result } = await ask<Answer>(`traces?${query.toString()}`, { result: { resourceSpans: [] } });
        for (const { scopeSpans } of result.resourceSpans)
          for (const { spans } of scopeSpans) for (const { traceId, spanId } of spans) ids.add(traceId + spanId);
      }
  } catch {
    return undefined;
  }
  return ids.size;
}
