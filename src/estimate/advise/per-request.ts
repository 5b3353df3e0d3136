import type { TrialRecord } from "../../record/trial-record.ts";
import type { Figure } from "./candidate.ts";
import { interval, oneSample } from "../statistics/student.ts";
import { usefulBounds } from "../useful-bounds.ts";

/** A count over the whole life of a trial's processes; undefined where it was not counted. */
type Count = (record: TrialRecord) => number | undefined;

const CONFIDENCE = 0.95;

/** Spans that reach the queue, for each request. Undefined where they were not counted. */
export function sampledPerRequest(records: readonly TrialRecord[]): number | undefined {
  return perRequest(records, ({ ledger }) => ledger && ledger.sampled - ledger.tailRejected);
}

/**
 * Spans that leave the services, spans that arrive and bytes on the wire, for each request: of the same trials, so that
 * they agree with each other. Where the backend rejects or loses some, more leave than arrive.
 */
export function volumePerRequest(records: readonly TrialRecord[]): {
  readonly sentPerRequest?: Figure;
  readonly spansPerRequest?: Figure;
  readonly bytesPerRequest?: Figure;
} {
  const counted = records.filter(({ ledger }) => ledger !== undefined);
  const sent = overRounds(counted, ({ ledger }) => ledger?.exported);
  const spans = overRounds(counted, ({ ledger }) => ledger?.received);
  const bytes = overRounds(counted, ({ resources }) => resources?.bytesOut);
  return {
    ...(sent && { sentPerRequest: sent }),
    ...(spans && { spansPerRequest: spans }),
    ...(bytes && { bytesPerRequest: bytes }),
  };
}

/** Pooled over all requests, as wide as the rounds differ; an interval only where it is to be told. */
function overRounds(records: readonly TrialRecord[], count: Count): Figure | undefined {
  const center = perRequest(records, count);
  if (center === undefined) return undefined;
  const rounds = [...Map.groupBy(records, ({ trial }) => trial.round).values()];
  const values = rounds.flatMap((own) => perRequest(own, count) ?? []);
  const contrast = { ...oneSample(values), mean: center };
  const bounds = usefulBounds(interval(contrast, CONFIDENCE), values.length);
  return { center, n: values.length, ...bounds };
}

/** Spans that a request starts, kept or not. Undefined where they were not counted, or where no request started one. */
export function startedPerRequest(records: readonly TrialRecord[]): number | undefined {
  const started = perRequest(records, ({ ledger }) => ledger?.started);
  return started === 0 ? undefined : started;
}

function perRequest(records: readonly TrialRecord[], count: Count): number | undefined {
  let [sum, requests] = [0, 0];
  for (const record of records) {
    const counted = count(record);
    if (counted === undefined || record.requests === undefined) continue;
    sum += counted;
    requests += record.requests.startedAtTarget;
  }
  return requests === 0 ? undefined : sum / requests;
}
