/** The one table of checks: the lines of `bench --check`, in their order. */
import { keptShareOf } from "../../spec/workload.ts";
import type { Setting } from "../setting.ts";
import { notChecked, type CheckLine, type Verdict } from "./check-line.ts";
import { exporterVerdict, flushVerdict, processorVerdict } from "./export-checks.ts";
import { flushLook, samplerLooks, type Look } from "./looks.ts";
import { tracesOf, type Observation, type Traces } from "./observation.ts";
import { samplerVerdict } from "./sampler-check.ts";
import {
  answersVerdict,
  arrivalVerdict,
  baselineVerdict,
  ofStart,
  processVerdict,
  startVerdict,
  type Control,
} from "./start-checks.ts";
import {
  doubledVerdict,
  everyTraceVerdict,
  instrumentationVerdict,
  nameVerdict,
  providerVerdict,
  requestIdVerdict,
  rootsVerdict,
} from "./trace-checks.ts";

/** A line is `not checked` if a check that it needs is wrong, or is not checked. */
interface Check {
  readonly name: string;
  readonly needs: readonly string[];
  readonly judge: (control: Control) => Verdict;
}

/** A check that starts the service again. */
export interface LaterCheck extends Omit<Check, "judge"> {
  readonly look: Look;
  /** `isLossy`: spans may be lost, so that fewer traces arrive than the sampler keeps. */
  readonly judge: (seen: Observation, isLossy: boolean) => Verdict;
}

const EVERY = "sampler always_on";
const ROOTS = "one root per request";
/** Counts of traces can be compared with those of right answers only: a wrong one may come from before the tracing. */
const COUNTED = ["answers", "spans arrive"];

/** With everything sampled. */
const ofTraced =
  (judge: (seen: Observation, traces: Traces, control: Control) => Verdict) =>
  (control: Control): Verdict =>
    control.traced === undefined
      ? notChecked("no exporter that was asked sends spans")
      : judge(control.traced, tracesOf(control.traced), control);

/** From the baseline, and from the asked exporter with everything sampled. */
const CHECKS: readonly Check[] = [
  { name: "start", needs: [], judge: startVerdict },
  { name: "answers", needs: ["start"], judge: answersVerdict },
  { name: "measured process", needs: ["start"], judge: processVerdict },
  { name: "baseline", needs: ["start"], judge: baselineVerdict },
  { name: "spans arrive", needs: ["start"], judge: ofTraced(arrivalVerdict) },
  { name: "tracer provider", needs: ["spans arrive"], judge: ofTraced(providerVerdict) },
  { name: "instrumentation", needs: ["spans arrive"], judge: ofTraced(instrumentationVerdict) },
  { name: "exporter", needs: ["spans arrive"], judge: ofTraced(exporterVerdict) },
  { name: "service name", needs: ["spans arrive"], judge: ofTraced(nameVerdict) },
  { name: EVERY, needs: COUNTED, judge: ofTraced(everyTraceVerdict) },
  { name: ROOTS, needs: COUNTED, judge: ofTraced(rootsVerdict) },
  { name: "one server span", needs: ["tracer provider"], judge: ofTraced(doubledVerdict) },
  { name: "request ids", needs: COUNTED, judge: ofTraced(requestIdVerdict) },
  { name: "batch settings", needs: ["spans arrive"], judge: ofTraced(processorVerdict) },
];

/** One for the flush at exit, and one for each sampler that was asked. */
export function laterChecks(setting: Setting, { traced }: Control): LaterCheck[] {
  const variant = traced?.variant ?? setting.plan.variants[0]!;
  return [
    {
      name: "flush at exit",
      needs: [...COUNTED, EVERY],
      look: flushLook(variant),
      judge: flushVerdict,
    },
    ...samplerLooks(setting, variant).map((look): LaterCheck => {
      const share = keptShareOf(setting.scenario, look.variant.sampler);
      return {
        name: `sampler ${look.variant.id}`,
        needs: [...COUNTED, EVERY, ROOTS],
        look,
        judge: (seen, isLossy) => samplerVerdict(seen, share, isLossy),
      };
    }),
  ];
}

export function controlLines(control: Control): CheckLine[] {
  const lines: CheckLine[] = [];
  for (const check of CHECKS) lines.push({ check: check.name, ...(blocked(check, lines) ?? check.judge(control)) });
  return lines;
}

/** Of a check that `blocked` does not hold back. */
export function laterLine({ name, judge }: LaterCheck, seen: Observation, earlier: readonly CheckLine[]): CheckLine {
  const isLossy = earlier.some(({ check, word }) => (check === EVERY || check === ROOTS) && word === "unknown");
  return { check: name, ...(ofStart(seen) ?? judge(seen, isLossy)) };
}

/** Why a check has no meaning after these lines; undefined if it has one. */
export function blocked({ needs }: Pick<Check, "needs">, earlier: readonly CheckLine[]): Verdict | undefined {
  const by = earlier.find(({ check, word }) => needs.includes(check) && (word === "wrong" || word === "not checked"));
  if (by?.word === "wrong") return notChecked(`"${by.check}" is wrong`);
  return by && { word: by.word, text: by.text };
}
