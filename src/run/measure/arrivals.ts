import { traceKey } from "../../fidelity/lost-spans.ts";
import { isRoot } from "../../fidelity/trial-fidelity.ts";
import type { SpanTable } from "../../sink/protocol.ts";

/** What arrived of a service that has no ledger. */
export interface Arrivals {
  /** Traces whose root is a server span: one for each request that was kept. Undefined if spans arrived and none is such a root. */
  readonly serverTraces: number | undefined;
  /** When the last server span began, ms since 1970; -Infinity if none arrived. */
  readonly lastMs: number;
}

const SERVER = 2;

export function arrivalsOf(spans: SpanTable): Arrivals {
  const { kind, startUs } = spans;
  const traces = new Set<bigint>();
  let lastUs = -Infinity;
  for (let row = 0; row < kind.length; row++) {
    if (kind[row] !== SERVER) continue;
    lastUs = Math.max(lastUs, startUs[row]!);
    if (isRoot(spans, row)) traces.add(traceKey(spans, row));
  }
  const isUnknown = traces.size === 0 && kind.length > 0;
  return { serverTraces: isUnknown ? undefined : traces.size, lastMs: lastUs / 1000 };
}
