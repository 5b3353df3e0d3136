import type { Estimate } from "../../estimate/estimate.ts";
import { changeText, noVerdictText, plain, savingText } from "../format.ts";
import { CPU } from "../metrics.ts";
import type { Cell, Table } from "../report.ts";
import { versionAxis } from "../../plan/trial.ts";
import type { Run } from "../run.ts";
import { cellOf } from "./columns.ts";

/** What each variant saves of the next dearer one, and of `always_on`. */
export function contrastTable(run: Run): Table[] {
  const rows = run.estimates.filter((estimate) => isShown(run, estimate)).map((ratio) => rowOf(run, ratio));
  if (rows.length === 0) return [];
  return [
    {
      id: "contrasts",
      title: "One sampler against another",
      about:
        "CPU per request in the phase cost, each variant against the next dearer one and against always_on, paired by round.",
      columns: [
        { title: "variant", numeric: false },
        { title: "saves", unit: "µs", numeric: true },
        { title: "of", unit: "µs", numeric: false },
        { title: "change", numeric: true },
        { title: "verdict", numeric: false },
      ],
      rows,
      notes: [],
    },
  ];
}

/** A contrast between samplers that was to have a verdict. */
function isShown(run: Run, { phase, variant, metric, unit, against, verdict, warnings }: Estimate): boolean {
  const isContrast = run.variants.some(({ id, role }) => id === against && role !== "baseline");
  const [one, other] = [variant, against].map((name) => run.variants.find(({ id }) => id === name)?.variant);
  if (one && other && versionAxis(one, other) !== undefined) return false;
  const isJudged = verdict !== undefined || warnings.some(({ code }) => code === "few-rounds");
  return phase === CPU.phase && metric === CPU.name && unit === "ratio" && isContrast && isJudged;
}

function rowOf(run: Run, ratio: Estimate): Cell[] {
  const id = ratio.against!;
  const labelOf = (variant: string): string => run.variants.find((one) => one.id === variant)?.label ?? variant;
  const { difference } = run.compare({ id }, CPU.phase, ratio.variant, CPU.name);
  const whole = run.find(CPU.phase, id, CPU.name);
  return [
    { text: labelOf(ratio.variant) },
    cellOf({ text: savingText }, difference),
    { text: `${labelOf(id)}'s ${plain(whole?.center ?? NaN)}` },
    cellOf({ text: changeText }, ratio),
    { text: contrastVerdict(ratio) },
  ];
}

const WORDS = {
  improvement: "cheaper",
  regression: "dearer",
  equivalent: "equivalent",
  inconclusive: "not distinguished",
} as const;

function contrastVerdict({ verdict, n }: Estimate): string {
  return verdict === undefined ? noVerdictText(n) : WORDS[verdict];
}
