import { changeText } from "../format.ts";
import type { Run } from "../run.ts";

const SHOWN = { dashboardRequestRate: "request rate", dashboardErrorRate: "error rate" } as const;

/**
 * Behind which samplers dashboards over span metrics are wrong, and by how much. Undefined without such metrics. p99 is not
 * in it: it is only as exact as the buckets of the histogram.
 */
export function dashboardClause(run: Run): string | undefined {
  const seen = run.asked.flatMap(({ id, label }) => {
    const figures = Object.entries(SHOWN).flatMap(([metric, title]) => {
      const figure = run.findKept(id, metric);
      return figure === undefined ? [] : [{ figure, text: `${title} ${changeText(figure)}` }];
    });
    const wrong = figures.filter(({ figure: { low, high } }) => low !== undefined && (low > 1 || high! < 1));
    const verdict = figures.some(({ figure }) => figure.low === undefined) ? "open" : "not shown";
    const text = `${label} (${wrong.map((one) => one.text).join(", ")})`;
    return figures.length === 0 ? [] : [wrong.length > 0 ? { verdict: "wrong", text } : { verdict, text: label }];
  });
  const parts = Object.entries({
    wrong: "wrong behind",
    "not shown": "not shown to be wrong behind",
    open: "no finding, because rounds are too few, behind",
  }).flatMap(([of, words]) => {
    const texts = seen.flatMap(({ verdict, text }) => (verdict === of ? [text] : []));
    return texts.length === 0 ? [] : [`${words} ${texts.join(", ")}`];
  });
  return parts.length === 0 ? undefined : `Dashboards over span metrics: ${parts.join("; ")}`;
}
