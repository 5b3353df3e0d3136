import { DEFAULT_THRESHOLDS } from "../../record/metric.ts";
import { changeText, type Figure } from "../format.ts";
import type { Run } from "../run.ts";

/** p99 is not among them: it is only as exact as the buckets of the histogram. */
const SHOWN = { dashboardRequestRate: "request rate", dashboardErrorRate: "error rate" } as const;
const FINDINGS = {
  wrong: "wrong behind",
  right: "not shown to be wrong behind",
  open: "no finding, because valid rounds are too few, behind",
} as const;

/** Behind which samplers dashboards over span metrics are wrong, and by how much. Undefined without such metrics. */
export function dashboardClause(run: Run): string | undefined {
  const seen = run.asked.flatMap(({ id, label }) => {
    const own = Object.entries(SHOWN).flatMap(([metric, title]) => {
      const figure = run.findKept(id, metric);
      return figure === undefined ? [] : [{ title, figure }];
    });
    if (own.length === 0) return [];
    const wrong = own
      .filter(({ figure }) => isWrong(figure))
      .map(({ title, figure }) => `${title} ${changeText(figure)}`);
    if (wrong.length > 0) return [{ finding: "wrong", text: `${label} (${wrong.join(", ")})` }];
    return [{ finding: own.some(({ figure }) => figure.low === undefined) ? "open" : "right", text: label }];
  });
  const parts = Object.entries(FINDINGS).flatMap(([of, words]) => {
    const texts = seen.filter(({ finding }) => finding === of).map(({ text }) => text);
    return texts.length === 0 ? [] : [`${words} ${texts.join(", ")}`];
  });
  return parts.length === 0 ? undefined : `Dashboards over span metrics: ${parts.join("; ")}`;
}

/** Whether the whole interval is off by more than the share by which a change of a rate matters. */
function isWrong({ low = -Infinity, high = Infinity }: Figure): boolean {
  const margin = DEFAULT_THRESHOLDS.throughput;
  return low > 1 + margin || high < 1 - margin;
}
