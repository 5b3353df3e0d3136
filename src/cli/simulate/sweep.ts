import { parseWithPoints, UserError } from "../../base/problem.ts";
import { samplers } from "../../target/samplers/index.ts";

const STEPS = [1, 2, 5];
const RANGE = /(\d+(?:\.\d+)?)([a-z%/]*)\.\.(\d+(?:\.\d+)?)([a-z%/]*)(?:\+(\d+(?:\.\d+)?)([a-z%/]*))?/;
/** Other spellings of a range. */
const DASHED = /(\d[a-z%/]*) *(?:-|–|…|\.{3,}|\bto\b) *(\d)/;

/**
 * A sampler with a range for one value: `ratio:0.001..1` gives both ends, and 1, 2 and 5 of every decade between them;
 * `tail:errors,slow=100ms..900ms+100ms` goes up in equal steps. Canonical spec strings; throws a `UserError`.
 */
export function sweepSpecs(text: string): string[] {
  return parseWithPoints(text, parseSweep, "--sweep ");
}

function parseSweep(text: string): string[] {
  const mistake = (expected: string): UserError => new UserError(`--sweep "${text}": ${expected}`);
  const spec = text.replace(/^([a-z_]+)=/, "$1:");
  const match = RANGE.exec(spec);
  if (match === null) {
    const meant = spec.replace(DASHED, "$1..$2");
    const near = RANGE.test(meant) ? ` (did you mean "${meant}"?)` : "";
    throw mistake(`expected a sampler and a range, such as ratio:0.001..1${near}`);
  }
  const [range, low, unit, high, unitAgain, step, stepUnit = unit] = match;
  if (unit !== unitAgain || unit !== stepUnit) throw mistake("both ends and the step need the same unit");
  const [from, to] = [Number(low), Number(high)];
  if (!(from > 0 && from <= to)) throw mistake("the range must begin above 0 and not fall");
  if (Number(step) === 0) throw mistake("the step must be above 0");
  const values = step === undefined ? decades(from, to) : equalSteps(from, to, Number(step));
  return [...new Set(values.map((value) => samplers.parse(spec.replace(range, `${value}${unit}`)).text))];
}

function decades(from: number, to: number): number[] {
  const between: number[] = [];
  for (let decade = Math.floor(Math.log10(from)); 10 ** decade <= to; decade++) {
    for (const step of STEPS) between.push(Number((step * 10 ** decade).toPrecision(12)));
  }
  return [from, ...between.filter((value) => value > from && value < to), to];
}

const MOST_STEPS = 1000;

function equalSteps(from: number, to: number, step: number): number[] {
  const count = Math.min(MOST_STEPS, Math.floor((to - from) / step + 1e-9) + 1);
  return [...Array.from({ length: count }, (_, at) => Number((from + at * step).toPrecision(12))), to];
}
