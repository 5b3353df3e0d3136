import type { Ledger, TrialRecord } from "../../record/index.ts";

/** Spans that reach the queue, for each request. Undefined where they were not counted. */
export function sampledPerRequest(records: readonly TrialRecord[]): number | undefined {
  return perRequest(records, ({ sampled, tailRejected }) => sampled - tailRejected);
}

/** Spans that a request starts, kept or not. Undefined where they were not counted, or where no request started one. */
export function startedPerRequest(records: readonly TrialRecord[]): number | undefined {
  const started = perRequest(records, (ledger) => ledger.started);
  return started === 0 ? undefined : started;
}

/** Over the whole life of the processes. */
function perRequest(records: readonly TrialRecord[], count: (ledger: Ledger) => number): number | undefined {
  let [spans, requests] = [0, 0];
  for (const { ledger, requests: counted } of records) {
    if (ledger === undefined || counted === undefined) continue;
    spans += count(ledger);
    requests += counted.startedAtTarget;
  }
  return requests === 0 ? undefined : spans / requests;
}
