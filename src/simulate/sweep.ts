import { didYouMean, UserError } from "../base/problem.ts";
import { samplers } from "../target/samplers/index.ts";

const STEPS = [1, 2, 5];

/**
 * `ratio=0.001..1` → `ratio:0.001`, `ratio:0.002`, `ratio:0.005`, … `ratio:1`: both ends, and 1, 2 and 5 of every decade
 * between them. The unit stands at both ends (`rate=1/s..100/s`). Canonical spec strings; throws a `UserError`.
 */
export function sweepSpecs(text: string): string[] {
  const match = /^([a-z_]+)=(\d+(?:\.\d+)?)([a-z%/]*)\.\.(\d+(?:\.\d+)?)([a-z%/]*)$/.exec(text);
  if (match === null) {
    throw new UserError(`--sweep "${text}": expected a sampler and its range, such as ratio=0.001..1`);
  }
  const [, kind, low, unit, high, unitAgain] = match as unknown as [string, string, string, string, string, string];
  const names = samplers.kinds.map(({ name }) => name);
  if (!names.includes(kind))
    throw new UserError(`--sweep "${text}": unknown sampler "${kind}"${didYouMean(kind, names)}`);
  if (unit !== unitAgain) throw new UserError(`--sweep "${text}": both ends need the same unit`);
  const [from, to] = [Number(low), Number(high)];
  if (!(from > 0 && from <= to)) throw new UserError(`--sweep "${text}": the range must begin above 0 and not fall`);
  return [...new Set(stepsOf(from, to).map((value) => samplers.parse(`${kind}:${value}${unit}`).text))];
}

function stepsOf(from: number, to: number): number[] {
  const between: number[] = [];
  for (let decade = Math.floor(Math.log10(from)); 10 ** decade <= to; decade++) {
    for (const step of STEPS) {
      const value = Number((step * 10 ** decade).toPrecision(12));
      if (value > from && value < to) between.push(value);
    }
  }
  return [from, ...between, to];
}
