import type { Results } from "../../record/results.ts";
import { isUsable, type TrialRecord } from "../../record/trial-record.ts";
import { phaseRow } from "../../spec/phases.ts";
import { mean } from "../statistics/student.ts";
import { isOfOtherList } from "./deployment.ts";

/**
 * Spans that a request of the measured windows starts, sampled or not; of a service that counts them over its life only, those of
 * all requests in an open loop. Undefined if they were not counted, or none was started.
 */
export function startedPerRequest(records: readonly TrialRecord[]): number | undefined {
  const counted = records.flatMap(({ resources }) => resources?.spansPerRequest ?? []);
  if (counted.length > 0) return mean(counted) || undefined;
  const open = records.filter(({ trial }) => phaseRow(trial.phase).loop === "open");
  return perRequest(open, ({ ledger }) => ledger?.started) || undefined;
}

/** The same of a run, whose target is instrumented as it is in production. */
export function spansPerRequest({ records, ...run }: Pick<Results, "plan" | "records" | "scenario">) {
  const others = new Set(run.plan.variants.filter((variant) => isOfOtherList(variant, run)).map(({ id }) => id));
  return startedPerRequest(records.filter((record) => isUsable(record) && !others.has(record.trial.variant)));
}

/** Spans of a request that are given to the queue; undefined if they were not counted. */
export function queuedPerRequest(records: readonly TrialRecord[]): number | undefined {
  return perRequest(records, ({ ledger }) => ledger && ledger.sampled - ledger.tailRejected);
}

/** Bytes on the wire to the backend for each span that arrived; undefined if none did, or bytes were not counted. */
export function bytesPerSpan(records: readonly TrialRecord[]): number | undefined {
  const sum = (of: (record: TrialRecord) => number | undefined): number =>
    records.reduce((total, record) => total + (of(record) ?? 0), 0);
  const quotient =
    sum(({ collector, resources }) => collector?.bytesOut ?? resources?.bytesOut) /
    sum(({ ledger, outside }) => ledger?.received ?? outside?.received);
  return quotient > 0 && Number.isFinite(quotient) ? quotient : undefined;
}

/**
 * Spans that arrive for each request, round by round: the share of all that were started, over the life of the processes, of those
 * that a request of the windows starts. What a service makes as it starts is no request's. Losses at capacity are not in it.
 */
export function receivedPerRequest(records: readonly TrialRecord[]): readonly number[] {
  const calm = records.filter(({ trial }) => trial.phase !== "capacity");
  return [...Map.groupBy(calm, ({ trial }) => trial.round).values()].flatMap((round) => {
    const [received, started] = (["received", "started"] as const).map((name) =>
      perRequest(round, ({ ledger }) => ledger?.[name]),
    );
    if (received === undefined) return [];
    return started ? (received / started) * (startedPerRequest(round) ?? started) : received;
  });
}

/** Counts are of a whole trial, its warm-up too. */
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
