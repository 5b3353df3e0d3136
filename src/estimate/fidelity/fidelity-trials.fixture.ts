import { ledgerOf } from "../../record/records.fixture.ts";
import { evidenceOf, usualSpans, type FixtureRequest } from "../../fidelity/evidence.fixture.ts";
import { trialFidelity } from "../../fidelity/trial-fidelity.ts";
import type { Fidelity } from "../../record/fidelity.ts";
import type { TrialRecord } from "../../record/trial-record.ts";
import type { Estimate } from "../estimate.ts";
import { syntheticVariant } from "../synthetic.fixture.ts";
import { fidelityEstimates } from "./estimates.ts";

export const estimatesFrom = (records: readonly TrialRecord[]): Estimate[] =>
  fidelityEstimates(
    records,
    (_what, make) => make(),
    [...new Set(records.map(({ trial }) => trial.variant))].map(syntheticVariant),
  );

export const REQUESTS = Array.from({ length: 400 }, (_, index): FixtureRequest => {
  return {
    route: "/",
    class: index % 100 === 0 ? "declined" : "ordinary",
    status: index % 100 === 0 ? 503 : 200,
    latencyUs: 1000 + index,
  };
});

/** One in `nth` kept, beginning at `first`. */
export function keeping(nth: number, first = 0): Fidelity {
  const spans = usualSpans(REQUESTS).filter(({ request }) => request % nth === first);
  return trialFidelity(evidenceOf(REQUESTS, spans), { inclusion: 1 / nth });
}

export function recordOf(
  variant: string,
  round: number,
  fidelity: Fidelity,
  changes: Partial<TrialRecord> = {},
): TrialRecord {
  return {
    trial: { id: `latency-${round}-${variant}`, block: 1, round, phase: "latency", variant, seed: 1 },
    startedAt: "2026-11-22T00:00:00.000Z",
    tookMs: 1,
    ending: "completed",
    valid: true,
    warnings: [],
    fidelity,
    ...changes,
  };
}

export const records = [1, 2, 3, 4].flatMap((round) => [
  recordOf("always_on", round, keeping(1)),
  recordOf("ratio:0.25", round, keeping(4, round === 4 ? 1 : 0)),
]);
export const find = (variant: string, metric: string, from = records): Estimate | undefined =>
  estimatesFrom(from).find((estimate) => estimate.variant === variant && estimate.metric === metric);
export const codesOf = (estimate: Estimate | undefined): string[] => estimate!.warnings.map(({ code }) => code);

/** A trial whose ledger knows of `lost` spans, `unnamed` of them without ids. */
export function losing(lost: number | undefined, unnamed?: number): TrialRecord {
  const fidelity = keeping(1);
  const traces = { ...fidelity.traces, ...(unnamed !== undefined && { unnamedLosses: unnamed }) };
  const ledger = lost !== undefined && { ledger: ledgerOf(2000, 1000, lost) };
  return recordOf("always_on", 1, { ...fidelity, traces }, { ...ledger });
}
