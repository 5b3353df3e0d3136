/** A calibration as one page: what is promised, and what was found. Pure. */
import { total } from "../base/sum-of.ts";
import type { CalibrationFindings, Checked, Outcome } from "../estimate/calibration.ts";
import { MIN_ROUNDS } from "../estimate/verdict.ts";
import type { Calibration } from "../record/calibration-file.ts";
import type { Results } from "../record/results.ts";
import { changeText, percentText } from "./format.ts";
import { machineOf, settingOf } from "./facts.ts";
import { healthOf, trialsOf } from "./health.ts";
import type { Cell, Report, Table } from "./report.ts";
import { figureCell, figures, NONE, shownTable, words } from "./tables/table.ts";
import { failedTable } from "./tables/trials.ts";
import { groupWarnings, warningsOfTrials } from "./warnings.ts";

const OUTCOMES: Readonly<Record<Outcome, Pick<Cell, "text" | "tone">>> = {
  held: { text: "yes", tone: "good" },
  doubtful: { text: "just not", tone: "doubtful" },
  broken: { text: "NO", tone: "bad" },
  unsettled: { text: "unknown", tone: "doubtful" },
};
const DOUBTFUL_NOTE =
  "just not: outside the 95 % interval, as one in 20 is by chance, and inside the one corrected for all promises.";
/** Of the setting, what the first lines show. */
const CONSTANTS = new Set(["measured", "spantoll", "seed"]);
const METHOD = [
  "Side by side: all variants run on one core, and one open-loop schedule deals each slot's request to every one of them in a shuffled order.",
  "Every round has fresh processes. Ratios are paired by round; intervals are Student's t over rounds, 95 %.",
  "Burnt CPU is counted inside the process by its own CPU clock; the cost is measured from outside, by the kernel's run time of all threads.",
];

/** The page as a report, for every format there is. */
export function buildCalibration(calibration: Calibration, findings: CalibrationFindings): Report {
  const sections = Object.values(calibration.sections).filter((section) => section !== undefined);
  const [first] = sections as [Results, ...Results[]];
  const records = sections.flatMap((section) => section.records);
  return {
    title: titleOf(findings),
    caveats: [
      ...(calibration.ending === "interrupted" ? ["Interrupted: what was not reached is left out."] : []),
      ...healthOf(records),
    ],
    environment: first.environment,
    constants: [
      { label: "target", value: first.scenario.target.text },
      ...machineOf(first),
      ...settingOf(first).filter(({ label }) => CONSTANTS.has(label)),
    ],
    tables: [...checkTable(findings), ...failedTable(records, (id) => id)],
    charts: [],
    warnings: groupWarnings(warningsOfTrials(records), records),
    method: METHOD,
    setting: settingOf(first),
    estimates: [
      ...[...findings.twins, ...findings.mainThreads, ...findings.burns].map(({ ratio }) => ratio),
      ...(findings.wrappers ? [findings.wrappers] : []),
    ],
    run: { scenario: "calibrate", target: first.scenario.target.text },
    spans: [],
    trials: trialsOf(
      records,
      total(sections, ({ plan }) => plan.trials.length),
    ),
  };
}

const VERDICTS: Readonly<Record<Outcome, string>> = {
  held: "Every promise held",
  doubtful: "Every promise held but for chance",
  broken: "A promise is broken",
  unsettled: "Not every promise could be checked",
};

function titleOf({ twins, mainThreads, burns, noiseFloor, outcome }: CalibrationFindings): string {
  const [widths, ofMainThreads] = [twins, mainThreads].map((checks) =>
    checks.flatMap(({ ratio: { low, high } }) => (low === undefined || high === undefined ? [] : [(high - low) / 2])),
  ) as [number[], number[]];
  const clauses = [
    ...(widths.length === 0
      ? []
      : [`two equal services agree within ±${percentText(Math.max(...widths))} of CPU per request`]),
    ...(ofMainThreads.length === 0
      ? []
      : [`within ±${percentText(Math.max(...ofMainThreads))} of their main threads'`]),
    ...burns.map(({ truth, ratio }) => `a cost of ${percentText(truth - 1)} reads ${changeText(ratio)}`),
    ...(noiseFloor === undefined && twins.length > 0
      ? [`no interval and no noise floor: fewer than ${MIN_ROUNDS} rounds`]
      : []),
  ];
  return clauses.length === 0 ? `${VERDICTS[outcome]}.` : `${VERDICTS[outcome]}: ${clauses.join("; ")}.`;
}

/** A row for each promise, and for what the ledger adds. */
function checkTable({ twins, mainThreads, burns, wrappers }: CalibrationFindings): Table[] {
  const rowsOf = (checks: readonly Checked[], nameOf: (what: Checked["what"]) => string): Cell[][] =>
    checks.map(({ what, truth, ratio, outcome }) => [
      { text: nameOf(what) },
      { text: truth === 1 ? "0" : `+${percentText(truth - 1)}`, value: truth },
      figureCell(ratio, changeText),
      OUTCOMES[outcome],
    ]);
  const rows = [
    ...rowsOf(twins, (what) => `twins of ${what}`),
    ...rowsOf(mainThreads, (what) => `twins of ${what}, main thread`),
    ...rowsOf(burns, (share) => `none burning ${percentText(Number(share))}, against none`),
  ];
  return shownTable({
    id: "promises",
    title: "CPU per request: the truth, and what was measured",
    about: "The ledger's wrappers are held against the bare SDK; the aim is at most 1 %.",
    columns: [words("variant"), ...["truth", "measured", "truth covered"].map((title) => figures(title))],
    rows: wrappers
      ? [...rows, [{ text: "always_on, what the ledger adds" }, NONE, figureCell(wrappers, changeText), NONE]]
      : rows,
    notes: [...twins, ...mainThreads, ...burns].some(({ outcome }) => outcome === "doubtful") ? [DOUBTFUL_NOTE] : [],
  });
}
