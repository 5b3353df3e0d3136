import type { Estimate } from "../../estimate/estimate.ts";
import { changeText, differenceText, plain, verdictText, verdictWord } from "../format.ts";
import { CPU, MAIN_THREAD_CPU, type Run, type Comparison, type ShownVariant } from "../run.ts";
import type { Cell, Table } from "../report.ts";
import { pricesOf } from "../../plan/prices.ts";
import { estimateCell, figures, shownTable, words } from "./table.ts";
import type { Metric } from "../../record/metric.ts";
import { METRICS } from "../../record/metrics.ts";
import { effectText } from "../clauses/cost.ts";

/** Each variant against the next dearer one, against `always_on`, and against an earlier version of itself. */
export function contrastTable(run: Run): Table[] {
  const shown = run.estimates.filter((estimate) => isShown(run, estimate));
  const ofMainThread = shown.map((ratio) => mainThreadOf(run, ratio));
  const isMainThreadKnown = ofMainThread.some((ratio) => ratio !== undefined);
  const rows = shown.map((ratio, at) => [
    ...rowOf(run, ratio),
    ...(isMainThreadKnown ? changeCells(ofMainThread[at]) : []),
  ]);
  return shownTable({
    id: "contrasts",
    title: "One variant against another",
    about:
      "CPU per request of the service in the phase cost, without that of a Collector, paired by round: each variant against the next dearer one and against always_on; each version against those named before it.",
    columns: [
      words("variant"),
      words("against", "µs"),
      figures("added", "µs"),
      figures("change"),
      words("verdict"),
      ...(isMainThreadKnown ? [figures("main thread"), words("verdict")] : []),
    ],
    rows,
  });
}

/** A contrast that was to have a verdict. */
function isShown(run: Run, { phase, variant, metric, unit, against, verdict, warnings }: Estimate): boolean {
  const isContrast = run.variants.some(({ id, role }) => id === against && role !== "baseline");
  const [one, other] = [variant, against].map((name) => run.variants.find(({ id }) => id === name)?.variant);
  if (one?.instrumentation?.text !== other?.instrumentation?.text) return false;
  const isJudged = verdict !== undefined || warnings.some(({ code }) => code === "few-rounds");
  return phase === CPU.phase && metric === CPU.name && unit === "ratio" && isContrast && isJudged;
}

function rowOf(run: Run, ratio: Estimate): Cell[] {
  const { variant } = ratio;
  const id = ratio.against!;
  const { difference } = run.compare({ id }, CPU.phase, variant, CPU.name);
  return [
    { text: run.labelOf(variant) },
    { text: `${run.labelOf(id)}'s ${plain(run.find(CPU.phase, id, CPU.name)?.center ?? NaN)}` },
    estimateCell(difference),
    ...changeCells(ratio),
  ];
}

/** The same contrast of the main threads alone. */
function mainThreadOf(run: Run, { against, variant }: Estimate): Estimate | undefined {
  return run.compare({ id: against! }, MAIN_THREAD_CPU.phase, variant, MAIN_THREAD_CPU.name).ratio;
}

function changeCells(ratio: Estimate | undefined): Cell[] {
  return [estimateCell(ratio), { text: ratio === undefined ? "–" : verdictText(ratio, verdictWord(ratio, false)) }];
}

interface Price {
  /** `express and router`; `pg (ratio:0.1 auto)` if several samplers or versions have the price. */
  readonly label: string;
  readonly more: ShownVariant;
  readonly fewer: ShownVariant;
}

/** What each instrumentation costs, the dearest first. */
export function priceTable(run: Run): Table[] {
  const changeOf = ({ more, fewer }: Price, metric: Metric): Comparison =>
    run.compare(fewer, metric.priced!, more.id, metric.name);
  const prices = shownPrices(run);
  const metrics = METRICS.filter(
    (metric) => metric.priced && prices.some((price) => changeOf(price, metric).difference),
  );
  if (metrics.length === 0) return [];
  const rows = prices.map((price): Cell[] => {
    const { ratio } = cpuOf(run, price);
    return [
      { text: price.label },
      ...metrics.map((metric) => estimateCell(changeOf(price, metric).difference)),
      estimateCell(ratio),
      { text: ratio === undefined ? "–" : verdictText(ratio, verdictWord(ratio, false)) },
    ];
  });
  return shownTable({
    id: "prices",
    title: "What each instrumentation costs",
    about:
      "The service with an instrumentation against the same without it, paired by round. Those whose price depends on each other have one together.",
    columns: [
      words("instrumentation"),
      ...metrics.map(({ column, unit }) => (column ? figures(column.title, column.unit) : figures(unit))),
      figures("change of CPU"),
      words("verdict"),
    ],
    rows,
  });
}

/** All instrumentations and the dearest that costs beyond doubt, for the headline. */
export function priceClause(run: Run): string | undefined {
  const known = shownPrices(run).filter((price) => cpuOf(run, price).ratio !== undefined);
  const [first] = known;
  if (first === undefined) return undefined;
  const dearest = known.find((price) => cpuOf(run, price).ratio?.verdict === "regression");
  const beyondDoubt =
    dearest === undefined
      ? "no price of an instrumentation is beyond doubt"
      : `dearest instrumentation beyond doubt: ${dearest.label}, ${addedText(cpuOf(run, dearest))}${unsettledText(run, first)}`;
  return `${first.more.label}: ${effectText(run, first.more)}; ${beyondDoubt}`;
}

/** The first price of the table, if it may be higher. */
function unsettledText(run: Run, first: Price): string {
  const comparison = cpuOf(run, first);
  if (comparison.ratio?.verdict !== "inconclusive") return "";
  return `; ${first.label} may cost more: ${addedText(comparison)}, inconclusive`;
}

/** Of a price that is known. */
function addedText({ ratio, difference }: Comparison): string {
  return `${differenceText(difference!)} µs (${changeText(ratio!)})`;
}

function cpuOf(run: Run, { more, fewer }: Price): Comparison {
  return run.compare(fewer, CPU.phase, more.id, CPU.name);
}

function shownPrices(run: Run): Price[] {
  const shown = new Map(run.variants.map((variant) => [variant.id, variant]));
  const prices = pricesOf(run.variants.map(({ variant }) => variant)).map(({ names, more, fewer }) => ({
    label: names.join(" and "),
    more: shown.get(more.id)!,
    fewer: shown.get(fewer.id)!,
  }));
  const isShared = (label: string): boolean => prices.filter((one) => one.label === label).length > 1;
  const centerOf = (price: Price): number => cpuOf(run, price).difference?.center ?? -Infinity;
  return prices
    .map((price) => (isShared(price.label) ? { ...price, label: `${price.label} (${price.more.label})` } : price))
    .toSorted((one, other) => centerOf(other) - centerOf(one));
}
