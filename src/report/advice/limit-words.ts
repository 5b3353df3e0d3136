import type { Doubt, LimitName, Standing } from "../../estimate/advise/limits.ts";
import type { Traffic } from "../../estimate/advise/traffic.ts";
import { MIN_ROUNDS } from "../../estimate/verdict.ts";
import type { Figure } from "../../estimate/advise/figures.ts";
import { errorText, figureText, percentText, plain, shareText } from "../format.ts";

interface LimitWords {
  readonly option: string;
  /** Of the run that is to measure it at another load. */
  readonly rateOption: "--cost-rate" | "--rate";
  /** What is missing if there is no figure. */
  readonly missing: string;
  readonly limitText: (limit: number) => string;
  readonly figureText: (figure: Figure) => string;
}

const withUnit = (unit: string) => ({
  limitText: (limit: number) => plain(limit) + unit,
  figureText: (figure: Figure) => figureText(figure) + unit,
});

const CPU = {
  option: "--max-cpu",
  rateOption: "--cost-rate",
  missing: "CPU has no valid trials against none (phase cost)",
} as const;

const WORDS: Readonly<Record<LimitName, LimitWords>> = {
  maxCpuShare: { ...CPU, limitText: percentText, figureText: errorText },
  maxCpuUs: { ...CPU, ...withUnit(" µs") },
  maxCores: { ...CPU, ...withUnit(" cores") },
  maxP99Ms: {
    option: "--max-p99",
    rateOption: "--rate",
    missing: "p99 has no valid trials against none (phase latency)",
    ...withUnit(" ms"),
  },
  minErrors: {
    option: "--min-errors",
    rateOption: "--rate",
    missing: "no failed request was counted",
    limitText: percentText,
    figureText: shareText,
  },
  maxSpend: {
    option: "--max-spend",
    rateOption: "--rate",
    missing: "the spans that are stored at your traffic are unknown (measure at your load with --rate)",
    ...withUnit(" a month"),
  },
};

/** `--max-cpu 60 µs`. */
export function limitText({ name, limit }: Pick<Standing, "name" | "limit">): string {
  return `${WORDS[name].option} ${WORDS[name].limitText(limit)}`;
}

/** `--max-cpu 60 µs: 54.1 µs [51.0, 57.2], met`, with all reasons if it is not settled. */
export function standingText(standing: Standing, traffic: Traffic | undefined): string {
  const { name, state, figure, because } = standing;
  if (figure === undefined) return `${limitText(standing)}: unknown, because ${WORDS[name].missing}`;
  const reasons = because.map((doubt) => doubtText(standing, doubt, traffic));
  const numbered = reasons.length > 1 ? reasons.map((reason, at) => `${at + 1}. ${reason}`) : reasons;
  return `${limitText(standing)}: ${WORDS[name].figureText(figure)}, ${state}${numbered.length > 0 ? ` (${numbered.join("; ")})` : ""}${openText(standing)}`;
}

/** ` at 300 requests/s a process; at 592 (phase capacity) it is 887 [490, 1,514] µs, which neither meets nor misses it`. */
function openText({ name, openAt }: Standing): string {
  if (openAt === undefined) return "";
  const { judgedPerSecond, requestsPerSecond, phase, figure } = openAt;
  return ` at ${plain(judgedPerSecond)} requests/s a process; at ${plain(requestsPerSecond)} (phase ${phase}) it is ${WORDS[name].figureText(figure)}, which neither meets nor misses it`;
}

function doubtText({ name, figure }: Standing, doubt: Doubt, traffic: Traffic | undefined): string {
  const { rateOption, figureText: textOf } = WORDS[name];
  if (doubt.kind === "traffic") {
    const { requestsPerSecond: own, measuredPerSecond, holdsWithin, beyond } = doubt;
    const fix =
      beyond === undefined
        ? `give the right --instances, or measure with ${rateOption} ${ownRate(own)}`
        : `it carries ${plain(beyond.capacity)} at most, so give --instances ${beyond.instancesNeeded} or more`;
    return `one process gets ${plain(own)} requests/s with --instances ${traffic?.instances}, and this was measured at ${plain(measuredPerSecond)} and holds within a factor of ${holdsWithin}: ${fix}`;
  }
  if (doubt.kind === "other load")
    return `in the phase ${doubt.phase}, at ${plain(doubt.requestsPerSecond)} requests/s a process, it is ${textOf(doubt.figure)}: measure at your load with ${rateOption}`;
  const short = figure?.warnings?.find(({ code }) => code === "few-slow-episodes");
  if (doubt.kind === "no interval" && short !== undefined) return `${short.message}: ${short.fix}`;
  return doubt.kind === "interval" ? intervalText(name, doubt.rounds) : BECAUSE[doubt.kind];
}

/** The spread between rounds bears a forecast; counted shares do not have it. */
function intervalText(name: LimitName, rounds: number | undefined): string {
  const otherwise = name === "minErrors" ? "measure more --rounds" : "use a quieter machine or a longer --duration";
  const fix = rounds === undefined ? otherwise : `about ${rounds} valid rounds would do at this spread (--rounds)`;
  return `the interval reaches beyond the limit: ${fix}`;
}

const BECAUSE: Readonly<Record<"no interval" | "upper bound", string>> = {
  "no interval": `there is no interval: it takes ${MIN_ROUNDS} valid rounds (--rounds)`,
  "upper bound": "the traces of some lost spans are unknown, so the share is an upper bound",
};

/** As the option takes it. */
const ownRate = (requestsPerSecond: number): string => `${Number(requestsPerSecond.toPrecision(3))}/s`;

/** How many times the largest measured figure a limit may be before its unit is in doubt. */
const ABSURD = 100;

/** Limits that are far above all that was measured: likely a mistake in the unit. A figure that may be 0 or less shows none. */
export function absurdLimits(standings: readonly Standing[]): string[] {
  return [...Map.groupBy(standings, ({ name }) => name)].flatMap(([name, same]) => {
    const figures = same.flatMap(({ figure }) => figure ?? []);
    const [largest] = figures.toSorted((a, b) => (b.high ?? Infinity) - (a.high ?? Infinity));
    const { low = 0, high = 0 } = largest ?? {};
    if (name === "minErrors" || largest === undefined || low <= 0 || same[0]!.limit <= ABSURD * high) return [];
    return [
      `${limitText(same[0]!)} is more than ${ABSURD} times the largest measured figure, ${WORDS[name].figureText(largest)}. Is the unit right?`,
    ];
  });
}

/** `misses --max-cpu`, `--max-p99 not settled`; empty if the limit is met. */
export function shortText({ name, state }: Standing): string {
  const { option } = WORDS[name];
  if (state === "met") return "";
  return state === "missed" ? `misses ${option}` : `${option} ${state}`;
}
