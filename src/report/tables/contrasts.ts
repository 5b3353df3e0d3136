import type { Estimate } from "../../estimate/estimate.ts";
import { changeText, differenceText, noVerdictText, plain, withDoubt } from "../format.ts";
import { CPU } from "../metrics.ts";
import type { Cell, Table } from "../report.ts";
import { pricedInstrumentation } from "../../plan/trial.ts";
import type { Run } from "../run.ts";
import { estimateCell, figures, shownTable, words } from "./table.ts";

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

const WORDS = {
  improvement: "cheaper",
  regression: "dearer",
  equivalent: "equivalent",
  inconclusive: "not distinguished",
} as const;

/** Between two traced variants. */
export function contrastVerdict(estimate: Estimate): string {
  return estimate.verdict === undefined ? noVerdictText(estimate) : withDoubt(WORDS[estimate.verdict], estimate);
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
