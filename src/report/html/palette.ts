/** Colours that the colour-blind tell apart (Okabe and Ito 2008), with two more marks beside each: shape and dash. */
const COLORS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"] as const;
/** Circle, square, triangle, diamond, cross, and a triangle upside down, as SVG paths of 12 by 12. */
const SHAPES = [
  "M6 1a5 5 0 1 0 0 10a5 5 0 1 0 0-10z",
  "M1.5 1.5h9v9h-9z",
  "M6 1l5.5 10h-11z",
  "M6 0l6 6l-6 6l-6-6z",
  "M4 0h4v4h4v4h-4v4h-4v-4h-4v-4h4z",
  "M.5 1h11l-5.5 10z",
] as const;
const DASHES = ["solid", "dashed", "dotted"] as const;

export interface Mark {
  readonly color: string;
  /** An SVG path of 12 by 12. */
  readonly shape: string;
  readonly dash: (typeof DASHES)[number];
}

/** The mark of the n-th series; colours come round again with another shape and dash. */
function markOf(index: number): Mark {
  const round = Math.floor(index / COLORS.length);
  return {
    color: COLORS[index % COLORS.length]!,
    shape: SHAPES[(index + round) % SHAPES.length]!,
    dash: DASHES[(index + round) % DASHES.length]!,
  };
}

/** The same mark for the same label, wherever on the page it stands. */
export type Marks = (label: string) => Mark;

export function marksOf(labels: Iterable<string>): Marks {
  const order = [...new Set(labels)];
  return (label) => markOf(Math.max(0, order.indexOf(label)));
}

const PART_COLORS: Readonly<Record<string, string>> = {
  received: "#009e73",
  "kept in the process": "#56b4e9",
  "not sampled": "#9aa5b1",
  unexplained: "#e4002b",
};
const LOSS_COLORS = ["#d55e00", "#e69f00", "#cc79a7", "#8c564b", "#f0e442", "#0072b2"] as const;

/** The same place has the same colour in every view; causes of loss are warm. */
export function partColors(parts: readonly string[]): string[] {
  let losses = 0;
  return parts.map((part) => PART_COLORS[part] ?? LOSS_COLORS[losses++ % LOSS_COLORS.length]!);
}
