/** A calibration as one page: what is promised, and what was found. Pure. */
import { wallMsOf } from "../estimate/calibration-ratios.ts";
import type { CalibrationFindings, Checked, Outcome, TruthFinding } from "../estimate/calibration.ts";
import type { Estimate } from "../estimate/estimate.ts";
import type { Calibration } from "../record/calibration-file.ts";
import type { Results } from "../record/results.ts";
import { rateOf } from "../plan/plan.ts";
import { changeText, countText, percentText, plain, UNBACKED_NOTE } from "./format.ts";
import type { Cell, Column, Fact, Report, Table } from "./report.ts";

/** `unreached`: measuring ended before it. */
const OUTCOMES: Readonly<Record<Outcome, Pick<Cell, "text" | "tone">>> = {
  held: { text: "yes", tone: "good" },
  doubtful: { text: "just not", tone: "doubtful" },
  broken: { text: "NO", tone: "bad" },
  unsettled: { text: "no interval", tone: "doubtful" },
};
const NOTHING: Cell = { text: "–" };
const DOUBTFUL_NOTE =
  "just not: outside the 95 % interval, as one in 20 is by chance, and inside the one corrected for all four promises.";

/** The page as a report, for every format there is. */
export function buildCalibration(calibration: Calibration, findings: CalibrationFindings): Report {
  const sections = Object.values(calibration.sections).filter((section) => section !== undefined);
  const [first] = sections as [Results, ...Results[]];
  const records = sections.flatMap((section) => section.records);
  const endings = { completed: 0, aborted: 0, failed: 0 };
  for (const { ending } of records) endings[ending]++;
  return {
    title: titleOf(findings),
    caveats: caveatsOf(calibration, sections),
    environment: first.environment,
    constants: constantsOf(first),
    tables: [twinsTable(calibration, findings), ...truthTable(findings), ...crossChecks(findings)],
    charts: [],
    warnings: [],
    method: METHOD,
    setting: [],
    estimates: [],
    spans: [],
    trials: { planned: sections.reduce((sum, { plan }) => sum + plan.trials.length, 0), endings },
  };
}

const METHOD = [
  "Side by side: all variants are alive on one core, and one open-loop schedule deals each slot's request to every one of them in a shuffled order.",
  "One after another: whole runs in the closed loop (autocannon), in shuffled order within each round, in the same wall-clock time.",
  "Every round has fresh processes. Ratios are paired by round; intervals are Student's t over rounds, 95 %.",
  "Burnt CPU is counted inside by the process's own CPU clock; the CPU of each process is the kernel's run time of all its threads.",
];

function titleOf({ twins, timesAsWide, truths, noiseFloor, outcome }: CalibrationFindings): string {
  const verdict: Record<Outcome, string> = {
    held: "Every promise held",
    doubtful: "Every promise held but for chance",
    broken: "A promise is broken",
    unsettled: "Not every promise could be checked",
  };
  const near = twins.flatMap(({ sideBySide }) => widthOf(sideBySide?.ratio) ?? []);
  const far = twins.flatMap(({ inSequence }) => widthOf(inSequence) ?? []);
  const inTime = far.length === 0 ? "" : `, and ±${percentText(Math.max(...far))} one after another in the same time`;
  const factor = timesAsWide === undefined ? "" : ` (${timesText(timesAsWide)} as wide)`;
  const clauses = [
    near.length === 0
      ? []
      : [`two equal services agree within ±${percentText(Math.max(...near))} of CPU per request${inTime}${factor}`],
    truths
      .filter(({ promised }) => promised)
      .map(({ truth, ratio }) => `a cost of ${percentText(truth - 1)} reads ${changeText(ratio)}`),
    noiseFloor === undefined && near.length > 0 ? ["too few rounds for a noise floor"] : [],
  ].flat();
  return clauses.length === 0 ? `${verdict[outcome]}.` : `${verdict[outcome]}: ${clauses.join("; ")}.`;
}

function widthOf(ratio: Estimate | undefined): number | undefined {
  return ratio?.low === undefined || ratio.high === undefined ? undefined : (ratio.high - ratio.low) / 2;
}

function timesText({ center, low, high }: Estimate): string {
  return low === undefined || high === undefined
    ? `~${plain(center)} times`
    : `${plain(center)} times [${plain(low)}, ${plain(high)}]`;
}

function constantsOf({ environment, scenario }: Results): Fact[] {
  const { cpu, node, startedAt, spantoll, commit, dirty } = environment;
  return [
    { label: "calibrated", value: startedAt },
    { label: "cpu", value: `${cpu.model}, ${cpu.cores} cores` },
    { label: "node", value: node },
    { label: "spantoll", value: `${spantoll}, ${commit.slice(0, 7)}${dirty ? " with changes" : ""}` },
    { label: "target", value: scenario.target.text },
    { label: "seed", value: String(scenario.seed) },
  ];
}

function caveatsOf({ ending }: Calibration, sections: readonly Results[]): string[] {
  const records = sections.flatMap((section) => section.records);
  const failed = records.filter((record) => record.ending !== "completed");
  const voided = records.filter((record) => record.ending === "completed" && !record.valid);
  const warned = Map.groupBy(
    records.flatMap(({ warnings }) => warnings),
    ({ code }) => code,
  );
  const planned = sections.reduce((sum, { plan }) => sum + plan.trials.length, 0);
  const codes = [...warned].map(([code, all]) => `${code} ${countText(all.length)}`);
  return [
    ...(ending === "interrupted" ? ["Interrupted: what was not reached is left out."] : []),
    ...(ending === "completed" && records.length < planned
      ? [`For lack of time ${planned - records.length} of ${planned} trials were not begun.`]
      : []),
    ...(failed.length > 0
      ? [`${failed.length} of ${records.length} trials failed: ${failed[0]!.failure ?? "interrupted"}`]
      : []),
    ...(voided.length > 0 ? [`${voided.length} of ${records.length} trials are void and left out.`] : []),
    ...(codes.length > 0 ? [`Warnings of ${records.length} trials: ${codes.join(", ")}.`] : []),
  ];
}

function columns(first: string, ...numeric: readonly string[]): Column[] {
  return [first, ...numeric].map((title, index) => ({ title, numeric: index > 0 }));
}

function twinsTable({ sections }: Calibration, { twins, timesAsWide }: CalibrationFindings): Table {
  const { sideBySide, inSequence } = sections;
  const times =
    timesAsWide === undefined
      ? []
      : [`Intervals one after another are ${timesText(timesAsWide)} as wide as side by side.`];
  return {
    id: "twins",
    title: "Twins: two equal services, CPU per request of one against the other; the truth is no change",
    about: [sideBySide && spanOf(sideBySide, "side by side"), inSequence && spanOf(inSequence, "one after another")]
      .filter((text) => text !== undefined)
      .join("; ")
      .concat("."),
    columns: columns("twins of", "side by side", "truth covered", "one after another", "throughput, one after another"),
    rows: twins.map((twin) => [
      { text: twin.variant },
      changeCell(twin.sideBySide?.ratio),
      outcomeCell(twin.sideBySide),
      changeCell(twin.inSequence),
      changeCell(twin.throughputInSequence),
    ]),
    notes: [...times, ...notesOf(twins.map(({ sideBySide }) => sideBySide))],
  };
}

/** `side by side 6 rounds of 8 s at 225 requests/s each, 90 s in all` */
function spanOf(results: Results, design: string): string {
  const { scenario, plan, records } = results;
  const [phase] = scenario.phases;
  const seconds = (ms: number): string => `${plain(ms / 1000)} s`;
  const rate =
    phase === "capacity" ? "" : ` at ${plain(rateOf(scenario, phase!, plan.variants.length))} requests/s each`;
  const rounds = new Set(records.map(({ trial }) => trial.round)).size;
  const window = `${rounds} ${rounds === 1 ? "round" : "rounds"} of ${seconds(scenario.durationMs[phase!])}${rate}`;
  return `${design} ${window}, ${seconds(Math.round(wallMsOf(results) / 1000) * 1000)} in all`;
}

function truthTable({ truths }: CalibrationFindings): Table[] {
  if (truths.length === 0) return [];
  const cell = (finding: TruthFinding): Cell => ({ text: `+${percentText(finding.truth - 1)}`, value: finding.truth });
  return [
    {
      id: "truth",
      title: "Known truth: none, burning CPU on purpose, against none that burns nothing",
      about:
        "The burnt time is counted inside the process, by the thread's CPU clock; the cost is measured from outside, as any other.",
      columns: columns("asked to burn", "burnt", "measured", "truth covered"),
      rows: truths.map((finding) => [
        { text: `${percentText(finding.asked)}${finding.promised ? "" : " (not promised)"}` },
        cell(finding),
        changeCell(finding.ratio),
        outcomeCell(finding),
      ]),
      notes: notesOf(truths),
    },
  ];
}

function crossChecks({ wrappers, solo, instruments }: CalibrationFindings): Table[] {
  const rows: (readonly [what: string, estimate: Estimate | undefined])[] = [
    ["always_on: the ledger's wrappers against the bare SDK (aim: at most 1 %)", wrappers],
    ["always_on against none, side by side", solo?.sideBySide],
    ["always_on against none, each alone at the same rate", solo?.alone],
    ["side by side against alone: the former over the latter", solo?.quotient],
    ["CPU by the kernel's accounting against the process's own getrusage", instruments],
  ];
  const told = rows.flatMap(([text, estimate]) => (estimate === undefined ? [] : [[{ text }, changeCell(estimate)]]));
  if (told.length === 0) return [];
  return [
    {
      id: "checks",
      title: "Cross-checks of CPU per request",
      about: "What else could be in the figures.",
      columns: columns("check", "difference"),
      rows: told,
      notes: told.some((row) => row[1]!.tone === "doubtful") ? [UNBACKED_NOTE] : [],
    },
  ];
}

function changeCell(estimate: Estimate | undefined): Cell {
  if (estimate === undefined) return NOTHING;
  const doubt = estimate.low === undefined ? { tone: "doubtful" as const } : {};
  return { text: changeText(estimate), value: estimate.center, ...doubt };
}

function outcomeCell(checked: Checked | undefined): Cell {
  return checked === undefined ? NOTHING : OUTCOMES[checked.outcome];
}

function notesOf(checks: readonly (Checked | undefined)[]): string[] {
  const has = (outcome: Outcome): boolean => checks.some((check) => check?.outcome === outcome);
  return [...(has("doubtful") ? [DOUBTFUL_NOTE] : []), ...(has("unsettled") ? [UNBACKED_NOTE] : [])];
}
