import type { Evidence, SpanIdColumns } from "./evidence.ts";

/** What one trace lacks. */
export interface LostPart {
  spans: number;
  /** As one of the lost spans carries it; NaN if none does. */
  requestId: number;
}

export interface LostParts {
  /** By `traceKey`. */
  readonly byTrace: ReadonlyMap<bigint, LostPart>;
  /** Lost spans whose ids are unknown; undefined if there is no ledger. */
  readonly unnamed: number | undefined;
}

/** Which trace lacks which spans: those that the ledger names, and that are not among the arrived. */
export function lostParts({ spans, losses }: Evidence): LostParts {
  const byTrace = new Map<bigint, LostPart>();
  if (losses === undefined) return { byTrace, unnamed: undefined };
  const isAnyNamed = losses.named.some(({ spanId }) => spanId.length > 0);
  const known = new Set(isAnyNamed ? spans.spanId : []);
  const arrived = known.size;
  for (const named of losses.named) {
    for (let row = 0; row < named.spanId.length; row++) {
      const id = named.spanId[row]!;
      if (known.has(id)) continue;
      known.add(id);
      const key = traceKey(named, row);
      const part = byTrace.get(key) ?? { spans: 0, requestId: NaN };
      byTrace.set(key, part);
      part.spans++;
      if (Number.isNaN(part.requestId)) part.requestId = named.requestId[row]!;
    }
  }
  return { byTrace, unnamed: Math.max(0, losses.spans - (known.size - arrived)) };
}

export function traceKey(
  { traceIdHigh, traceIdLow }: Pick<SpanIdColumns, "traceIdHigh" | "traceIdLow">,
  row: number,
): bigint {
  return (traceIdHigh[row]! << 64n) | traceIdLow[row]!;
}
