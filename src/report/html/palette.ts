import { deriveSeed } from "../../base/random.ts";

/** Colours that colour-blind readers can distinguish (after Okabe and Ito 2008). */
const COLORS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7a5195", "#8c564b"] as const;
/** Circle, square, triangle, diamond, cross, and a triangle upside down, as SVG paths of 12 by 12. */
const SHAPES = [
  "M6 1a5 5 0 1 0 0 10a5 5 0 1 0 0-10z",
  "M1.5 1.5h9v9h-9z",
  "M6 1l5.5 10h-11z",
  "M6 0l6 6l-6 6l-6-6z",
  "M4 0h4v4h4v4h-4v4h-4v-4h-4v-4h4z",
  "M.5 1h11l-5.5 10z",
] as const;

export interface Mark {
  readonly color: string;
  /** An SVG path of 12 by 12. */
  readonly shape: string;
}

/** The mark of a variant, by its id. */
export type Marks = (variant: string) => Mark;

/** Colours by a hash of the id, the same in every report; only a colour that is already taken gives way to the next. */
export function marksOf(variants: Iterable<string>): Marks {
  const taken = new Map<string, number>();
  for (const variant of [...new Set(variants)].toSorted()) {
    const used = new Set([...taken.values()].map((slot) => slot % COLORS.length));
    let slot = deriveSeed(0, variant) % COLORS.length;
    while (used.has(slot) && used.size < COLORS.length) slot = (slot + 1) % COLORS.length;
    taken.set(variant, slot);
  }
  return (variant) => {
    const slot = taken.get(variant) ?? 0;
    return { color: COLORS[slot]!, shape: SHAPES[deriveSeed(1, variant) % SHAPES.length]! };
  };
}
