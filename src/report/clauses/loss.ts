import { phaseRow } from "../../spec/phases.ts";
import type { TrialRecord } from "../../record/trial-record.ts";
import { countText, percentText } from "../format.ts";
import type { Run, ShownVariant } from "../run.ts";
import { lostSpans, sampledSpans, spanFate, type SpanFate } from "../span-fate.ts";

/** Spans lost at a given rate first, then at capacity, where losses are expected. Without a ledger they are unknown. */
export function lossClause(run: Run, { id }: ShownVariant): string | undefined {
  if (loaded(run, id).length === 0) return undefined;
  const { all, atRate, atCapacity } = fatesOf(run, id);
  if (all === undefined) return lossOfSomePhases(loaded(run, id));
  if (lostSpans(all) === 0 || atRate === undefined || atCapacity === undefined) return lossText(all);
  return `${lossText(atRate)}, and ${percentText(lostShare(atCapacity))} at capacity`;
}

/** Some services count their spans in one phase only. */
function lossOfSomePhases(trials: readonly TrialRecord[]): string {
  const counted = Object.entries(Object.groupBy(trials, ({ trial }) => trial.phase)).flatMap(([phase, own]) => {
    const fate = fateOfAll(own);
    return fate === undefined ? [] : [`${lossText(fate)} in the phase ${phase}`];
  });
  return counted.length === 0 ? LOSS_UNKNOWN : `${counted.join(", ")}, unknown in the others`;
}

const LOSS_UNKNOWN = "spans lost: unknown, because there is no ledger";

function lossText(fate: SpanFate): string {
  const [lost, sampled] = [lostSpans(fate), sampledSpans(fate)];
  if (sampled === 0) return "no span was sampled";
  const share = lost === 0 ? "" : ` (${percentText(lostShare(fate))})`;
  const out = fate.sampledOut === 0 ? "" : `, ${countText(fate.sampledOut)} sampled out by the Collector`;
  return `${countText(lost)} of ${countText(sampled)} sampled spans lost${share}${out}`;
}

function lostShare(fate: SpanFate): number {
  return sampledSpans(fate) === 0 ? 0 : lostSpans(fate) / sampledSpans(fate);
}

function fatesOf(run: Run, id: string): Readonly<Record<"all" | "atRate" | "atCapacity", SpanFate | undefined>> {
  const trials = loaded(run, id);
  const of = (atCapacity: boolean): SpanFate | undefined =>
    fateOfAll(trials.filter(({ trial }) => (phaseRow(trial.phase).loop === "closed") === atCapacity));
  return { all: fateOfAll(trials), atRate: of(false), atCapacity: of(true) };
}

/** The phase `start` sends one request, and keeps no account of its spans. */
function loaded(run: Run, id: string): readonly TrialRecord[] {
  return run.usable(id).filter(({ load }) => load !== undefined);
}

/** Undefined if a trial has no ledger: what it lost is unknown, and so is the sum. */
function fateOfAll(trials: Parameters<typeof spanFate>[0]): SpanFate | undefined {
  return trials.every(({ ledger }) => ledger !== undefined) ? spanFate(trials) : undefined;
}

export function lossOfMany(run: Run, variants: readonly ShownVariant[]): string | undefined {
  if (variants.every(({ id }) => loaded(run, id).length === 0)) return undefined;
  const fates = variants.map(({ id, label }) => ({ label, ...fatesOf(run, id) }));
  const known = fates.filter(({ all }) => all !== undefined);
  if (known.length === 0) return LOSS_UNKNOWN;
  const worstOf = (load: "atRate" | "atCapacity"): string | undefined => {
    const losers = known.flatMap(({ label, [load]: fate }) =>
      fate && lostSpans(fate) > 0 ? [{ label, share: lostShare(fate) }] : [],
    );
    const [worst] = losers.toSorted((a, b) => b.share - a.share);
    return (
      worst &&
      `by ${losers.length} of ${known.length} variants${load === "atCapacity" ? " at capacity" : ""}, most by ${worst.label} (${percentText(worst.share)})`
    );
  };
  const lost = (["atRate", "atCapacity"] as const).flatMap((load) => worstOf(load) ?? []);
  const unknown = fates.length - known.length;
  const rest = unknown === 0 ? "" : `; unknown of ${unknown}, without a ledger`;
  if (known.every(({ all }) => sampledSpans(all!) === 0)) return `no span was sampled${rest}`;
  return `${lost.length === 0 ? `no sampled span lost by ${known.length === 1 ? known[0]!.label : `${known.length} variants`}` : `spans lost ${lost.join("; ")}`}${rest}`;
}
