import type { TrialRecord } from "../../record/trial-record.ts";

/** Spans that a request starts, sampled or not; undefined if they were not counted, or none was started. */
export function startedPerRequest(records: readonly TrialRecord[]): number | undefined {
  return perRequest(records, ({ ledger }) => ledger?.started) || undefined;
}

/** Spans of a request that are given to the queue; undefined if they were not counted. */
export function queuedPerRequest(records: readonly TrialRecord[]): number | undefined {
  return perRequest(records, ({ ledger }) => ledger && ledger.sampled - ledger.tailRejected);
}

/** Counts are of the whole life of a trial's processes. */
function perRequest(
  records: readonly TrialRecord[],
  count: (record: TrialRecord) => number | undefined,
): number | undefined {
  let [sum, requests] = [0, 0];
  for (const record of records) {
    const counted = count(record);
    if (counted === undefined || record.requests === undefined) continue;
    sum += counted;
    requests += record.requests.startedAtTarget;
  }
  return requests === 0 ? undefined : sum / requests;
}
