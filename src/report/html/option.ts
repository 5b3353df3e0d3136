/** Options of ECharts. Colours are variables of the page's style, so that a chart follows light and dark. */
export type Option = Readonly<Record<string, unknown>>;

export const GRID: Option = { left: 34, right: 28, top: 28, bottom: 36, containLabel: true };

/** An axis with its name in the middle, in the page's colours. */
export function axis(name: string): Option {
  return {
    name,
    nameLocation: "middle",
    nameGap: 30,
    nameTextStyle: { color: "var(--faint)" },
    axisLabel: { color: "var(--ink)" },
    axisLine: { lineStyle: { color: "var(--faint)" } },
    splitLine: { lineStyle: { color: "var(--line)" } },
  };
}

/** Intervals: pairs of points, each followed by a gap. */
export function rangeLine(data: readonly (readonly (number | null)[])[], color: string): Option {
  return { type: "line", data, symbol: "none", color, lineStyle: { width: 1.5, opacity: 0.7 } };
}
