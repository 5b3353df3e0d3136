import type { LimitName, Standing } from "../../estimate/advise/limits.ts";
import { mapFigure, type Figure } from "../../estimate/advise/figures.ts";
import { changeText, figureText, percentText, plain, shareText } from "../format.ts";

interface LimitWords {
  readonly option: string;
  readonly limitText: (limit: number) => string;
  readonly figureText: (figure: Figure) => string;
}

const withUnit = (unit: string) => ({
  limitText: (limit: number) => plain(limit) + unit,
  figureText: (figure: Figure) => figureText(figure) + unit,
});

const WORDS: Readonly<Record<LimitName, LimitWords>> = {
  maxCpuShare: {
    option: "--max-cpu",
    limitText: percentText,
    figureText: (figure) => changeText(mapFigure(figure, (share) => share + 1)),
  },
  maxCpuUs: { option: "--max-cpu", ...withUnit(" µs") },
  maxCores: { option: "--max-cpu", ...withUnit(" cores") },
  maxP99Ms: { option: "--max-p99", ...withUnit(" ms") },
  minErrors: { option: "--min-errors", limitText: percentText, figureText: shareText },
  maxSpend: { option: "--max-spend", ...withUnit(" a month") },
};

const BECAUSE: Readonly<Record<Exclude<Standing["because"], "other load" | undefined>, string>> = {
  interval: "the interval reaches beyond the limit; measure more rounds",
  "no interval": "there is no interval; measure more rounds",
  "upper bound": "the traces of some lost spans are unknown, so the share is an upper bound",
  traffic:
    "your traffic for one process is too far from the measured load; give the right --instances, or measure at your load",
};

/** `--max-cpu 60 µs`. */
export function limitText({ name, limit }: Pick<Standing, "name" | "limit">): string {
  return `${WORDS[name].option} ${WORDS[name].limitText(limit)}`;
}

/** `--max-cpu 60 µs: 54.1 µs [51.0, 57.2], met`. */
export function standingText(standing: Standing): string {
  const { name, state, figure, because } = standing;
  if (figure === undefined) return `${limitText(standing)}: not measured`;
  const reason = because === undefined ? "" : ` (${reasonText(standing, because)})`;
  return `${limitText(standing)}: ${WORDS[name].figureText(figure)}, ${state}${reason}`;
}

function reasonText({ name, elsewhere }: Standing, because: NonNullable<Standing["because"]>): string {
  const withRate = `with ${WORDS[name].option === "--max-cpu" ? "--cost-rate" : "--rate"}`;
  if (because === "other load") {
    const { phase, requestsPerSecond, figure } = elsewhere!;
    return `in the phase ${phase}, at ${plain(requestsPerSecond)} requests/s a process, it is ${WORDS[name].figureText(figure)}; measure at your load ${withRate}`;
  }
  return because === "traffic" ? `${BECAUSE[because]} ${withRate}` : BECAUSE[because];
}

/** `misses --max-cpu`, `--max-p99 not settled`; empty if the limit is met. */
export function shortText({ name, state }: Standing): string {
  const { option } = WORDS[name];
  if (state === "met") return "";
  return state === "missed" ? `misses ${option}` : `${option} ${state}`;
}
