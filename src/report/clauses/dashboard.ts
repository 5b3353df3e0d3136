import { alphaOf, plannedLooks, CONFIDENCE } from "../../estimate/estimate.ts";
import { oneSample } from "../../estimate/statistics/student.ts";
import { decide } from "../../estimate/verdict.ts";
import { DEFAULT_THRESHOLDS } from "../../record/metric.ts";
import { findMetric } from "../../record/metrics.ts";
import type { TrialRecord } from "../../record/trial-record.ts";
import { changeText } from "../format.ts";
import type { Run } from "../run.ts";

const SHOWN = { dashboardRequestRate: "request rate", dashboardErrorRate: "error rate" } as const;
/** Of a rate: the share by which a change of it matters. */
const margin = DEFAULT_THRESHOLDS.throughput;

/**
 * Behind which samplers dashboards over span metrics are wrong, and by how much: at least by the margin, and not by chance,
 * with all figures as one family. Undefined without such metrics. p99 is not in it: it is only as exact as the buckets of the
 * histogram.
 */
export function dashboardClause(run: Run): string | undefined {
  const figures = run.asked.flatMap(({ id, label }) =>
    Object.entries(SHOWN).flatMap(([metric, title]) => {
      const figure = run.findKept(id, metric);
      return figure === undefined ? [] : [{ label, figure, title }];
    }),
  );
  const claims = figures.map(({ figure: { phase, variant, metric } }) => {
    const valueOf = findMetric(metric)!.of as (record: TrialRecord) => number | undefined;
    const errors = run.usable(variant, phase).flatMap((record) => {
      const value = valueOf(record);
      return value === undefined ? [] : [value - 1];
    });
    return { worse: oneSample(errors), margin, scale: "linear" as const };
  });
  const alpha = alphaOf({ confidence: CONFIDENCE, divisor: plannedLooks(run.results.scenario).length });
  const decided = decide(claims, alpha).map(({ verdict }, at) => ({ ...figures[at]!, verdict }));
  const seen = [...Map.groupBy(decided, ({ label }) => label)].map(([label, own]) => {
    const wrong = own.filter(({ verdict }) => verdict === "regression" || verdict === "improvement");
    const texts = wrong.map(({ title, figure }) => `${title} ${changeText(figure)}`);
    if (wrong.length > 0) return { finding: "wrong", text: `${label} (${texts.join(", ")})` };
    return { finding: own.some(({ verdict }) => verdict === undefined) ? "open" : "not shown", text: label };
  });
  const parts = Object.entries({
    wrong: "wrong behind",
    "not shown": "not shown to be wrong behind",
    open: "no finding, because valid rounds are too few, behind",
  }).flatMap(([of, words]) => {
    const texts = seen.flatMap(({ finding, text }) => (finding === of ? [text] : []));
    return texts.length === 0 ? [] : [`${words} ${texts.join(", ")}`];
  });
  return parts.length === 0 ? undefined : `Dashboards over span metrics: ${parts.join("; ")}`;
}
