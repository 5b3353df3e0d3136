/** A round of two variants with two replicas each, read from a Prometheus of the test's own. */
import assert from "node:assert/strict";
import type { TrialRecord } from "../record/trial-record.ts";
import { trialRecordSchema } from "../record/trial-record.ts";
import { planOfObservation } from "./as-scenario.ts";
import { observationOf } from "./observation.fixture.ts";
import { readRound } from "./observe-round.ts";
import { FakePrometheus, replica, type FakeSeries } from "./prometheus.fixture.ts";
import { recordsOfRound } from "./round-records.ts";

export async function recordsFrom(
  series: readonly FakeSeries[],
  {
    failing,
    previousEndMs,
    ...changes
  }: { failing?: FakePrometheus["failing"]; previousEndMs?: number; queries?: object; preset?: string } = {},
): Promise<TrialRecord[]> {
  const prometheus = new FakePrometheus(series);
  prometheus.failing = failing;
  const origin = await prometheus.start();
  try {
    const observation = observationOf(changes);
    const span = { startMs: 0, endMs: 120_000 };
    const windows = await readRound({ origin, observation, signal: new AbortController().signal }, span);
    const { trials } = planOfObservation(observation);
    const records = recordsOfRound(trials, { span, windows, previousEndMs });
    for (const record of records) trialRecordSchema.parse(record);
    return records;
  } finally {
    prometheus.stop();
  }
}

export const find = (records: readonly TrialRecord[], variant: string, phase = "cost"): TrialRecord =>
  records.find(({ trial }) => trial.variant === variant && trial.phase === phase)!;
export const voided = (records: readonly TrialRecord[]): string[] =>
  records[0]!.warnings.filter(({ code }) => code === "window-void").map(({ message }) => message);
export const near = (value: number, expected: number, share = 1e-6): void =>
  assert.ok(Math.abs(value / expected - 1) < share, `${value}, expected ${expected}`);

export const [a1, a2] = [replica("a", "a1"), replica("a", "a2")];
export const [b1, b2] = [replica("b", "b1", { cpuUs: 600 }), replica("b", "b2", { cpuUs: 600 })];
