import { isUpperBound } from "../../estimate/fidelity/warnings.ts";
import type { Advice } from "../../estimate/advise/advise.ts";
import type { Floor } from "../../estimate/advise/floor.ts";
import type { Impossible, Judged } from "../../estimate/advise/choose.ts";
import type { Standing } from "../../estimate/advise/constraints.ts";
import { changeText, plain, shareText } from "../format.ts";
import { batchCaveats } from "./batch.ts";
import { CONSTRAINTS } from "./constraints.ts";
import { leftOutTexts } from "./left-out.ts";

/** What the reader must know before following the advice; or why there is none. */
export function caveatsOf(advice: Advice): string[] {
  const { judged, choice, wishes, floor } = advice;
  const leftOut = leftOutTexts(judged);
  if (choice.chosen === undefined)
    return [
      ...leftOut,
      ...choice.impossible.map((one) => impossibleText(one)),
      ...choice.impossible
        .filter(({ name, standing }) => name === "maxCpu" && standing?.state === "missed")
        .map(({ limit }) => floorText(floor, limit)),
    ];
  const { chosen, unproven, rivals } = choice;
  const { projection } = chosen;
  return [
    ...leftOut,
    ...unproven.map(unprovenText),
    ...(rivals.length > 0
      ? [`In CPU not told apart from it: ${rivals.map(({ candidate }) => candidate.variant.id).join(", ")}.`]
      : []),
    ...lostAtCapacity(chosen),
    ...(projection?.withheld ?? []).map((reason) => `At your traffic: ${reason}.`),
    ...(projection?.isExtrapolated === true
      ? [`Extrapolated: your traffic is ${times(projection.factor)} the measured rate for each process.`]
      : []),
    ...(wishes.limits.maxP99Ms !== undefined && (projection === undefined || projection.isExtrapolated)
      ? ["p99 holds at the measured rate of each process, not at another."]
      : []),
    ...batchCaveats(advice),
  ];
}

function unprovenText({ name, figure }: Standing): string {
  const { option } = CONSTRAINTS[name];
  if (figure !== undefined && isUpperBound(figure))
    return `${option} is not proven: of some lost spans nobody knows the trace, so the share is an upper bound.`;
  const why = figure?.low === undefined ? "there is no interval" : "the interval reaches beyond the limit";
  return `${option} is not proven: ${why}; measure more rounds.`;
}

/** Which constraint cannot be met and by how much, or with which others it clashes. */
function impossibleText({ name, limit, best, standing, clashesWith }: Impossible): string {
  const { option, limitText, text } = CONSTRAINTS[name];
  const what = `${option} ${limitText(limit)}`;
  if (best === undefined || standing?.figure === undefined)
    return `${what}: no variant considered has a figure for it.`;
  const who = `${best.candidate.variant.id} with ${text(standing.figure)}`;
  if (standing.state === "missed")
    return `${what} cannot be met: nearest is ${who}, ${CONSTRAINTS[name].byText(standing.by ?? 0)} away.`;
  const others = clashesWith.map((other) => CONSTRAINTS[other].option);
  const clash = others.length === 1 ? others[0]! : `another: ${others.join(", ")}`;
  return `${what} is met by ${who}, but every variant that meets it misses ${clash}.`;
}

/** What no choice of a sampler saves, and whether it leaves room below the limit; where it was not measured, how to. */
function floorText(floor: Floor | undefined, limit: number): string {
  if (floor === undefined)
    return "What no sampler saves was not measured: --sampler noop tells what the instrumentation costs alone, --sampler always_off with the SDK.";
  const { variant, cpuRatio } = floor;
  const what = variant.sampler.text === "noop" ? "the instrumentation" : "the instrumentation and the SDK";
  const told = `${variant.id} keeps nothing and costs ${changeText(cpuRatio)}: that is ${what}, which no sampler saves;`;
  return cpuRatio.center - 1 > limit
    ? `${told} instrument less, or allow more.`
    : `${told} it is within the limit, so a sampler that keeps less than those considered may be as well.`;
}

const LEAST_LOSS_TOLD = 0.001;

/** Drops at saturation are to be expected, and no limit is about them: so they are told. */
function lostAtCapacity({ candidate }: Judged): string[] {
  const { lostAtCapacity: lost, capacityPerSecond } = candidate.figures;
  if (lost === undefined || lost.center < LEAST_LOSS_TOLD) return [];
  const at = capacityPerSecond === undefined ? "" : ` (${plain(capacityPerSecond.center)} requests/s for each process)`;
  return [`At capacity${at} it lost ${shareText(lost)} of its spans.`];
}

function times(factor: number): string {
  return `${Number(factor.toPrecision(2))} times`;
}
