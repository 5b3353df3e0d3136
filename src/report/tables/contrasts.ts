import type { Estimate } from "../../estimate/estimate.ts";
import type { Verdict } from "../../estimate/verdict.ts";
import { changeText, differenceText, noVerdictText, plain, withDoubt } from "../format.ts";
import { CPU, type Run, type Comparison, type ShownVariant } from "../run.ts";
import type { Cell, Table } from "../report.ts";
import { pricedInstrumentation } from "../../plan/variant.ts";
import { estimateCell, figures, shownTable, words } from "./table.ts";
import type { Metric } from "../../record/metric.ts";
import { METRICS } from "../../record/metrics.ts";
import { effectText } from "../clauses/cost.ts";

/** Each variant against the next dearer one, against `always_on`, and against an earlier version of itself. */
export function contrastTable(run: Run): Table[] {
  const rows = run.estimates.filter((estimate) => isShown(run, estimate)).map((ratio) => rowOf(run, ratio));
  return shownTable({
    id: "contrasts",
    title: "One variant against another",
    about:
      "CPU per request of the service in the phase cost, without that of a Collector, paired by round: each variant against the next dearer one and against always_on; each version against those named before it.",
    columns: [words("variant"), words("against", "µs"), figures("added", "µs"), figures("change"), words("verdict")],
    rows,
  });
}

/** A contrast that was to have a verdict. */
function isShown(run: Run, { phase, variant, metric, unit, against, verdict, warnings }: Estimate): boolean {
  const isContrast = run.variants.some(({ id, role }) => id === against && role !== "baseline");
  const [one, other] = [variant, against].map((name) => run.variants.find(({ id }) => id === name)?.variant);
  if (one && other && pricedInstrumentation(one, other) !== undefined) return false;
  const isJudged = verdict !== undefined || warnings.some(({ code }) => code === "few-rounds");
  return phase === CPU.phase && metric === CPU.name && unit === "ratio" && isContrast && isJudged;
}

const WORDS: Partial<Record<Verdict, string>> = { improvement: "cheaper", regression: "dearer" };

/** Between two traced variants. */
export function contrastVerdict(estimate: Estimate): string {
  const { verdict } = estimate;
  return verdict === undefined ? noVerdictText(estimate) : withDoubt(WORDS[verdict] ?? verdict, estimate);
}

function rowOf(run: Run, ratio: Estimate): Cell[] {
  const { variant } = ratio;
  const id = ratio.against!;
  const { difference } = run.compare({ id }, CPU.phase, variant, CPU.name);
  return [
    { text: run.labelOf(variant) },
    { text: `${run.labelOf(id)}'s ${plain(run.find(CPU.phase, id, CPU.name)?.center ?? NaN)}` },
    estimateCell(difference, differenceText),
    estimateCell(ratio, changeText),
    { text: contrastVerdict(ratio) },
  ];
}

/** An instrumentation, and the variants with and without it. */
interface Price {
  readonly name: string;
  readonly more: ShownVariant;
  readonly fewer: ShownVariant;
}

/** What each instrumentation costs, the dearest first. */
export function priceTable(run: Run): Table[] {
  const changeOf = ({ more, fewer }: Price, metric: Metric): Comparison =>
    run.compare(fewer, metric.priced!, more.id, metric.name);
  const prices = pricesOf(run);
  const metrics = METRICS.filter(
    (metric) => metric.priced && prices.some((price) => changeOf(price, metric).difference),
  );
  if (metrics.length === 0) return [];
  const rows = prices.map((price): Cell[] => {
    const { ratio } = cpuOf(run, price);
    return [
      { text: prices.some((one) => one !== price && one.name === price.name) ? nameOf(price) : price.name },
      ...metrics.map((metric) =>
        estimateCell(changeOf(price, metric).difference, (added) => differenceText(added, metric.column?.factor)),
      ),
      estimateCell(ratio, changeText),
      { text: ratio === undefined ? "–" : contrastVerdict(ratio) },
    ];
  });
  return shownTable({
    id: "prices",
    title: "What each instrumentation costs",
    about:
      "The service with an instrumentation against the same without it, paired by round. What works only beside another one is in the price of both.",
    columns: [
      words("instrumentation"),
      ...metrics.map(({ column, unit }) => (column ? figures(column.title, column.unit) : figures(unit))),
      figures("change of CPU"),
      words("verdict"),
    ],
    rows,
  });
}

/** All instrumentations and the dearest one that costs beyond doubt, for the headline. */
export function priceClause(run: Run): string | undefined {
  const known = pricesOf(run).filter((price) => cpuOf(run, price).ratio !== undefined);
  const [first] = known;
  if (first === undefined) return undefined;
  const dearest = known.find((price) => cpuOf(run, price).ratio?.verdict === "regression");
  const beyondDoubt =
    dearest === undefined
      ? "no single instrumentation has a cost beyond doubt"
      : `dearest instrumentation beyond doubt: ${dearest.name}, ${addedText(cpuOf(run, dearest))}${unsettledText(run, first)}`;
  return `${first.more.label}: ${effectText(run, first.more)}; ${beyondDoubt}`;
}

/** `; pg may cost more: +441 ±61 µs (+11.0 ±1.5 %), inconclusive (unsteady)`, if the dearest price has no proof. */
function unsettledText(run: Run, first: Price): string {
  const comparison = cpuOf(run, first);
  if (comparison.ratio?.verdict !== "inconclusive") return "";
  return `; ${first.name} may cost more: ${addedText(comparison)}, ${contrastVerdict(comparison.ratio)}`;
}

/** Of a price that is known. */
function addedText({ ratio, difference }: Comparison): string {
  return `${differenceText(difference!)} µs (${changeText(ratio!)})`;
}

function cpuOf(run: Run, { more, fewer }: Price): Comparison {
  return run.compare(fewer, CPU.phase, more.id, CPU.name);
}

function pricesOf(run: Run): Price[] {
  const prices = run.variants.flatMap((more) =>
    run.variants.flatMap((fewer) => {
      const name = pricedInstrumentation(more.variant, fewer.variant);
      return name === undefined ? [] : [{ name, more, fewer }];
    }),
  );
  const centerOf = (price: Price): number => cpuOf(run, price).difference?.center ?? -Infinity;
  return prices.toSorted((one, other) => centerOf(other) - centerOf(one));
}

function nameOf({ name, more, fewer }: Price): string {
  return `${name} (${more.label} against ${fewer.label})`;
}
