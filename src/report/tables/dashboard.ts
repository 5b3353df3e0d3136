import { changeText, shareText } from "../format.ts";
import type { Table } from "../report.ts";
import type { Run } from "../run.ts";
import { metricTable, type MetricColumn } from "./columns.ts";

const column = (title: string, metric: string, text = changeText): MetricColumn => ({
  title,
  numeric: true,
  pick: (run, { id }) => run.findKept(id, metric),
  text,
});
const SHOWN = [
  column("request rate", "dashboardRequestRate"),
  column("error rate", "dashboardErrorRate"),
  column("p99", "dashboardP99"),
];

/** How far dashboards over span metrics are from the truth, one row for each variant that has such metrics. */
export function dashboardTable(run: Run): Table[] {
  const variants = run.variants.filter((variant) => SHOWN.some(({ pick }) => pick(run, variant) !== undefined));
  const head = {
    id: "dashboard",
    title: "What dashboards over span metrics show",
    about:
      "Prometheus' request rate, error rate (statuses of 400 or more) and p99 by the Collector's spanmetrics, against the requests that the driver sent: +0 % is the truth. The connector weights spans that have a probability in their tracestate (ot=th). p99 is as exact as its histogram's buckets, and leaves out the time before the service's first span.",
  };
  return metricTable({ ...run, variants }, head, [
    ...SHOWN,
    column("spans stored", "keptSpans", (estimate) => shareText(estimate)),
  ]);
}
