import { phaseRow, phaseSchema } from "../../spec/phases.ts";
import type { TrialRecord } from "../../record/trial-record.ts";
import { phaseText } from "../phase-sentence.ts";
import { countText, percentText } from "../format.ts";
import type { Run, ShownVariant } from "../run.ts";
import { lostSpans, sampledSpans, spanFate, type SpanFate } from "../span-fate.ts";

const LOSS_UNKNOWN = "spans lost: unknown, because there is no ledger";
const LOADS = { open: "", closed: " at capacity" } as const;

/** Spans lost at a given rate first, then at capacity, at which losses are expected. Without a ledger they are unknown. */
export function lossClause(run: Run, { id }: ShownVariant): string | undefined {
  const trials = loaded(run, id);
  if (trials.length === 0) return undefined;
  const all = fateOf(trials);
  if (all === undefined) return lossOfSomePhases(run, trials);
  const [atRate, atCapacity] = [fateOf(trials, "open"), fateOf(trials, "closed")];
  if (lostSpans(all) === 0 || atRate === undefined || atCapacity === undefined) return lossText(all);
  return `${lossText(atRate)}, and ${percentText(lostShare(atCapacity))} at capacity`;
}

/** `always_on lost 52.6 % at capacity`, for each other traced variant that lost spans, or may have. */
export function lossOfOthers(run: Run, { id: own }: ShownVariant): string | undefined {
  const isOwnKnown = fateOf(loaded(run, own)) !== undefined;
  const texts = run.variants
    .filter(({ role, id }) => role !== "baseline" && id !== own)
    .flatMap(({ id, label }) => {
      const shares = (["open", "closed"] as const).flatMap((loop) => {
        const trials = loaded(run, id).filter(({ trial }) => phaseRow(trial.phase).loop === loop);
        const fate = fateOf(trials);
        if (fate === undefined) return isOwnKnown ? [`an unknown share${LOADS[loop]}`] : [];
        return lostSpans(fate) > 0 ? [`${percentText(lostShare(fate))}${LOADS[loop]}`] : [];
      });
      return shares.length === 0 ? [] : [`${label} lost ${shares.join(" and ")}`];
    });
  return texts.length === 0 ? undefined : texts.join(", ");
}

/** Variants that are named with their losses in a phase: the table has them all. */
const MOST_LOSERS = 6;

/** `Spans lost in the phase capacity: always_on 149,675 of 284,715 (52.6 %).`, a sentence for each phase, the greatest share first. */
export function lossesByPhase(run: Run): string[] {
  return phaseSchema.options.flatMap((phase) => {
    const losers = run.variants
      .flatMap(({ id, label }) => {
        const trials = run.usable(id, phase);
        const counted = trials.filter(({ ledger }) => ledger !== undefined).length;
        const part =
          counted === trials.length ? "" : `, in ${counted} of ${trials.length} trials, unknown in the others`;
        const fate = spanFate(trials);
        return fate && lostSpans(fate) > 0 ? [{ label, fate, part, share: lostShare(fate) }] : [];
      })
      .toSorted((a, b) => b.share - a.share);
    if (losers.length === 0) return [];
    const named = losers.slice(0, MOST_LOSERS).map(({ label, fate, part, share }) => {
      return `${label} ${countText(lostSpans(fate))} of ${countText(sampledSpans(fate))} (${percentText(share)}${part})`;
    });
    const more = losers.length - named.length;
    const rest = more === 0 ? "" : `; and ${more} more ${more === 1 ? "variant" : "variants"} with no greater share`;
    return [`Spans lost in the phase ${phaseText(run.results, phase)}: ${named.join("; ")}${rest}.`];
  });
}

/** Some services count their spans in one phase only. */
function lossOfSomePhases(run: Run, trials: readonly TrialRecord[]): string {
  const counted = [...Map.groupBy(trials, ({ trial }) => trial.phase)].flatMap(([phase, own]) => {
    const fate = fateOf(own);
    return fate === undefined ? [] : [`${lossText(fate)} in the phase ${phaseText(run.results, phase)}`];
  });
  return counted.length === 0 ? LOSS_UNKNOWN : `${counted.join(", ")}, unknown in the others`;
}

function lossText(fate: SpanFate): string {
  const [lost, sampled] = [lostSpans(fate), sampledSpans(fate)];
  if (sampled === 0) return "no span was sampled";
  const share = lost === 0 ? "" : ` (${percentText(lostShare(fate))})`;
  const out = fate.sampledOut === 0 ? "" : `, ${countText(fate.sampledOut)} sampled out by the Collector`;
  return `${countText(lost)} of ${countText(sampled)} sampled spans lost${share}${out}`;
}

function lostShare(fate: SpanFate): number {
  return lostSpans(fate) / (sampledSpans(fate) || 1);
}

/** The phase `start` sends one request, and keeps no account of its spans. */
function loaded(run: Run, id: string): readonly TrialRecord[] {
  return run.usable(id).filter(({ load }) => load !== undefined);
}

/** Of all trials, or of those under one kind of load. Undefined if one has no ledger: what it lost is unknown, and so is the sum. */
function fateOf(trials: readonly TrialRecord[], loop?: keyof typeof LOADS): SpanFate | undefined {
  const own = trials.filter(({ trial }) => loop === undefined || phaseRow(trial.phase).loop === loop);
  return own.every(({ ledger }) => ledger !== undefined) ? spanFate(own) : undefined;
}

/** How many of the variants lost spans, and which the most. */
export function lossOfMany(run: Run, variants: readonly ShownVariant[]): string | undefined {
  const measured = variants.map(({ id, label }) => ({ label, trials: loaded(run, id) }));
  if (measured.every(({ trials }) => trials.length === 0)) return undefined;
  const known = measured.filter(({ trials }) => fateOf(trials) !== undefined);
  if (known.length === 0) return LOSS_UNKNOWN;
  const unknown = measured.length - known.length;
  const rest = unknown === 0 ? "" : `; unknown of ${unknown}, without a ledger`;
  if (known.every(({ trials }) => sampledSpans(fateOf(trials)!) === 0)) return `no span was sampled${rest}`;
  const lost = (["open", "closed"] as const).flatMap((loop) => {
    const shares = known.map(({ label, trials }) => ({ label, fate: fateOf(trials, loop) }));
    const losers = shares.flatMap(({ label, fate }) => (fate && lostSpans(fate) > 0 ? [{ label, fate }] : []));
    const [worst] = losers.toSorted((a, b) => lostShare(b.fate) - lostShare(a.fate));
    if (worst === undefined) return [];
    const most = `most by ${worst.label} (${percentText(lostShare(worst.fate))})`;
    return [`by ${losers.length} of ${known.length} variants${LOADS[loop]}, ${most}`];
  });
  const noLoss = `no sampled span lost by ${known.length === 1 ? known[0]!.label : `${known.length} variants`}`;
  return `${lost.length === 0 ? noLoss : `spans lost ${lost.join("; ")}`}${rest}`;
}
