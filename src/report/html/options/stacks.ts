import { countText, plain } from "../../format.ts";
import type { StackView } from "../../report.ts";
import { partColors } from "../palette.ts";
import { centered, GRID, withRows, type Option } from "./layout.ts";

/** A bar a variant, cut by where its spans went. */
export function stacks({ parts, bars }: StackView): Option {
  const totals = bars.map(({ values }) => values.reduce((total, value) => total + value, 0));
  const colors = partColors(parts);
  const option = {
    grid: GRID,
    tooltip: { trigger: "item" },
    xAxis: { type: "value", max: 100, ...centered("% of spans") },
    series: parts.map((part, at) => ({
      type: "bar",
      name: part,
      stack: "spans",
      barMaxWidth: 28,
      color: colors[at],
      data: bars.map(({ label, values }, row) => {
        const share = (100 * values[at]!) / totals[row]!;
        return {
          value: share,
          tip: `${label}: ${part} ${plain(share)} % (${countText(values[at]!)} spans)`,
        };
      }),
    })),
  };
  return withRows(
    option,
    bars.map(({ label }) => label),
  );
}
