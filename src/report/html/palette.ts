/** Colours that the colour-blind tell apart (Okabe and Ito 2008), with a second mark beside each: symbol and dash. */
const COLORS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"] as const;
const SYMBOLS = ["circle", "rect", "triangle", "diamond", "roundRect", "pin"] as const;
const DASHES = ["solid", "dashed", "dotted"] as const;

export interface Mark {
  readonly color: string;
  readonly symbol: string;
  readonly dash: string;
}

/** The mark of the n-th series; colours come round again with another dash. */
export function markOf(index: number): Mark {
  const round = Math.floor(index / COLORS.length);
  return {
    color: COLORS[index % COLORS.length]!,
    symbol: SYMBOLS[(index + round) % SYMBOLS.length]!,
    dash: DASHES[(index + round) % DASHES.length]!,
  };
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
