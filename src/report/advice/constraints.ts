import type { ConstraintName } from "../../estimate/advise/constraints.ts";
import type { Figure } from "../../estimate/advise/candidate.ts";
import { changeText, figureText, plain, shareText } from "../format.ts";

interface ConstraintWords {
  readonly option: string;
  /** What the figure is of, in a sentence. */
  readonly target: string;
  readonly limitText: (limit: number) => string;
  readonly text: (figure: Figure) => string;
  /** How far beyond. */
  readonly byText: (by: number) => string;
}

const percent = (share: number): string => `${plain(share * 100)} %`;
const points = (share: number): string => `${plain(share * 100)} points`;

/** A share above no tracing as `+18.3 % [17.1, 19.6]`. */
function added({ center, low, high }: Figure): string {
  return changeText({
    center: center + 1,
    ...(low !== undefined && high !== undefined && { low: low + 1, high: high + 1 }),
  });
}

/** How each constraint is said. */
export const CONSTRAINTS: Readonly<Record<ConstraintName, ConstraintWords>> = {
  maxCpu: {
    option: "--max-cpu",
    target: "CPU per request against no tracing",
    limitText: percent,
    text: added,
    byText: points,
  },
  maxP99Ms: {
    option: "--max-p99",
    target: "p99 above no tracing",
    limitText: (ms) => `+${plain(ms)} ms`,
    text: (figure) => `${figureText(figure)} ms`,
    byText: (ms) => `${plain(ms)} ms`,
  },
  minErrors: {
    option: "--min-errors",
    target: "failed requests kept",
    limitText: percent,
    text: shareText,
    byText: points,
  },
  maxSpend: {
    option: "--max-spend",
    target: "money a month",
    limitText: (money) => plain(money),
    text: figureText,
    byText: plain,
  },
};
