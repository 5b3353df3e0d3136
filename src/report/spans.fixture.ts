import type { Fidelity } from "../record/fidelity.ts";
import type { Ledger } from "../record/ledger.ts";

export const SPANS_PER_REQUEST = 8;

/** A ledger whose books balance, unless the changes say otherwise. */
export function ledgerOf(started: number, sampled: number, changes: Partial<Ledger> = {}): Ledger {
  return {
    started,
    unsampled: started - sampled,
    recordOnly: 0,
    sampled,
    tailRejected: 0,
    tailEvicted: 0,
    queueFull: 0,
    afterShutdown: 0,
    exportFailed: {},
    stillQueued: 0,
    unended: 0,
    exported: sampled,
    exportedLate: 0,
    received: sampled,
    rejectedByBackend: 0,
    lostOnTheWay: 0,
    keptLocally: 0,
    duplicates: 0,
    suppressed: 0,
    residual: 0,
    ...changes,
  };
}

/** What a sampler kept that looks at no request before it decides. */
export function fidelityOf(requests: number, kept: number): Fidelity {
  const share = (offered: number): { offered: number; kept: number } => ({ offered, kept: Math.round(offered * kept) });
  const failed = share(Math.round(requests * 0.06));
  const figures = {
    requests: { truth: requests },
    errorRate: { truth: 0.06 },
    p50Ms: { truth: 1 },
    p99Ms: { truth: 3, estimate: 3 + 0.4 * (1 - kept) },
  };
  const whole = Math.round(requests * kept);
  return {
    requests,
    unanswered: 0,
    asked: kept,
    traces: { arrived: whole, whole, partial: 0, rootless: 0 },
    spans: { arrived: whole * SPANS_PER_REQUEST, orphans: 0, violations: 0 },
    errors: failed,
    tail: share(Math.round(requests * 0.01)),
    rare: share(Math.round(requests * 0.03)),
    weight: kept > 0 ? "inclusion" : "none",
    all: figures,
    shapes: { counts: {}, omitted: 0 },
    edges: { counts: {}, omitted: 0 },
  };
}
