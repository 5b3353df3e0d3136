import { costOf } from "../clauses/cost.ts";
import { UNBACKED } from "../format.ts";
import { CPU } from "../metrics.ts";
import { rangeOf, type Chart } from "../report.ts";
import { baselineName, type Run } from "../run.ts";
import { rateText } from "../phase-sentence.ts";
import { contrastTable } from "../tables/contrasts.ts";

/** The variants from the cheapest to the dearest, with what tracing adds in each. */
export function orderChart(run: Run): Chart[] {
  const measured = run.variants.flatMap((shown) => {
    const { difference } = costOf(run, shown);
    if (difference === undefined) return [];
    const isBacked = difference.low !== undefined;
    return [{ ...shown, difference, isBacked, label: isBacked ? shown.label : `${UNBACKED} ${shown.label}` }];
  });
  const ordered = measured.toSorted((a, b) => a.difference.center - b.difference.center);
  if (ordered.length < 2) return [];
  const collected = ordered.some(({ variant }) => variant.collector) ? ", in service and Collector together" : "";
  const [steps] = contrastTable(run);
  const paired = steps
    ? ` The table "${steps.title}" has the steps, paired by round: intervals that overlap here may still differ beyond doubt.`
    : "";
  const unbacked = ordered.some(({ isBacked }) => !isBacked)
    ? ` ${UNBACKED}, hollow: no interval, a measurement and no finding.`
    : "";
  return [
    {
      kind: "trend",
      id: "order",
      title: "From the cheapest to the dearest",
      about: `CPU that each variant adds to a request, against ${baselineName(run.results)}${collected}.${paired}${unbacked}`,
      xAxis: "",
      yAxis: `CPU added, µs per request, at ${rateText(run, CPU.phase)}`,
      steps: ordered.map(({ label }) => label),
      series: ordered.map(({ id, label, difference, isBacked }, at) => ({
        variant: id,
        label,
        isHollow: !isBacked,
        points: [{ x: at, y: difference.center, yRange: rangeOf(difference) }],
      })),
    },
  ];
}
