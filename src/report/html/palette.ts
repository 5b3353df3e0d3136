import { deriveSeed } from "../../base/random.ts";

/** Colours that most colour-blind readers can distinguish (after Okabe and Ito 2008, and Tol). */
export const COLORS = [
  "#1c7fc0",
  "#d55e00",
  "#009e73",
  "#cc79a7",
  "#e69f00",
  "#56b4e9",
  "#a35fc0",
  "#a0685a",
  "#7b6fd0",
  "#999933",
  "#b5466f",
  "#44aa99",
] as const;

/** Circle, square, triangle, diamond, cross, and a triangle upside down, as SVG paths of 12 by 12. */
const SHAPES = [
  "M6 1a5 5 0 1 0 0 10a5 5 0 1 0 0-10z",
  "M1.5 1.5h9v9h-9z",
  "M6 1l5.5 10h-11z",
  "M6 0l6 6l-6 6l-6-6z",
  "M4 0h4v4h4v4h-4v4h-4v-4h-4v-4h4z",
  "M.5 1h11l-5.5 10z",
] as const;

/** With it the usual variants differ in colour. */
const SEED = 27;

export interface Mark {
  readonly color: string;
  /** An SVG path of 12 by 12. */
  readonly shape: string;
}

export type Marks = ReadonlyMap<string, Mark>;

/** The marks of a report's variants. The colour is by a hash of the id: the same in every report. Two of one colour differ in shape, as far as there are shapes. */
export function marksOf(variants: Iterable<string>): Marks {
  const marks = new Map<string, Mark>();
  const taken = new Set<string>();
  for (const [at, variant] of [...new Set(variants)].toSorted().entries()) {
    const color = COLORS[deriveSeed(SEED, variant) % COLORS.length]!;
    const shapes = SHAPES.map((_, step) => SHAPES[(at + step) % SHAPES.length]!);
    const shape = shapes.find((one) => !taken.has(color + one)) ?? shapes[0]!;
    taken.add(color + shape);
    marks.set(variant, { color, shape });
  }
  return marks;
}
