import type { Advice } from "../../estimate/advise/advise.ts";
import type { Candidate, Figure } from "../../estimate/advise/candidate.ts";
import type { Judged } from "../../estimate/advise/choose.ts";
import { changeText, figureText, shareText, UNBACKED, UNBACKED_NOTE } from "../format.ts";
import type { Cell, Column, Table } from "../report.ts";
import { CONSTRAINTS } from "./constraints.ts";

/** Marks the choice; without a space, at which a narrow terminal would break the name. */
const CHOSEN = "*";
/** Marks what a Collector decides. */
const BY_COLLECTOR = "†";
const NOTHING: Cell = { text: "–" };
const EXTRAPOLATED = "≈";

/** A column of one figure of every variant. */
interface FigureColumn extends Column {
  readonly pick: (judged: Judged) => Figure | undefined;
  readonly text: (figure: Figure) => string;
}

const number = (title: string, pick: FigureColumn["pick"], text: FigureColumn["text"], unit?: string): FigureColumn => {
  return { title, numeric: true, pick, text, ...(unit === undefined ? {} : { unit }) };
};

const MEASURED: readonly FigureColumn[] = [
  number("CPU", ({ candidate }) => candidate.figures.cpuRatio, changeText, "against none"),
  number("p99 added", ({ candidate }) => candidate.figures.p99AddedMs, figureText, "ms"),
  number("spans lost", ({ candidate }) => candidate.figures.lostShare, shareText, "below capacity"),
  number("lost at capacity", ({ candidate }) => candidate.figures.lostAtCapacity, shareText),
  number("failed requests kept", ({ candidate }) => candidate.figures.errorRecall, shareText),
  number("slowest 1 % kept", ({ candidate }) => candidate.figures.tailRecall, shareText),
  number("all traces kept", ({ candidate }) => candidate.figures.keptTraces, shareText),
];

/** What was measured of each variant, whether another beats it, and how it stands to the constraints. */
export function judgedTable({ judged, front, choice }: Advice): Table[] {
  const shown = MEASURED.filter(({ pick }) => judged.some((one) => pick(one) !== undefined));
  if (judged.length === 0) return [];
  const limited = judged[0]!.standings.length > 0;
  const rows = judged.map((one): Cell[] => [
    nameCell(one, choice),
    ...shown.map((column) => figureCell(column, one)),
    one.lack === undefined ? { text: front.has(one.candidate) ? "yes" : "no" } : NOTHING,
    ...(limited ? [standingCell(one)] : []),
  ]);
  return [
    {
      id: "advice",
      title: "Cost, loss and what is kept",
      about:
        "Figures are estimates of the results file. On the front: no other variant that was considered is at least as good in CPU, spans lost below capacity, failed and slowest requests kept, and better in one of them; what is stored is not among these.",
      columns: [
        { title: "variant", numeric: false },
        ...shown.map(columnOf),
        { title: "on the front", numeric: false },
        ...(limited ? [{ title: "constraints", numeric: false }] : []),
      ],
      rows,
      notes: [
        ...(choice.chosen === undefined ? [] : [`${CHOSEN} the choice`]),
        ...(judged.some(({ candidate }) => isByCollector(candidate)) ? [COLLECTOR_NOTE] : []),
        ...unbackedNotes(rows),
      ],
    },
  ];
}

const COLLECTOR_NOTE = `${BY_COLLECTOR} services run always_on, and a Collector decides: cost, p99 and losses are those of always_on, what is kept was measured by deciding in the process, and is told as its share of what always_on delivers; what the Collector costs was not measured`;

/** Whether services run another sampler, that was measured, than the one that decides. */
export function isByCollector({ variant, inService }: Candidate): boolean {
  return inService !== undefined && inService.id !== variant.id;
}

function nameCell(one: Judged, { chosen }: Advice["choice"]): Cell {
  const { candidate } = one;
  return {
    text: `${candidate.variant.id}${isByCollector(candidate) ? BY_COLLECTOR : ""}${one === chosen ? CHOSEN : ""}`,
  };
}

function standingCell({ lack, standings }: Judged): Cell {
  if (lack !== undefined) return { text: "not considered" };
  const misses = standings.filter(({ state }) => state === "missed" || state === "unknown");
  if (misses.length === 0) {
    const unproven = standings.filter(({ state }) => state === "unproven").map(({ name }) => CONSTRAINTS[name].option);
    return unproven.length === 0
      ? { text: "all met", tone: "good" }
      : { text: `met, not proven: ${unproven.join(", ")}`, tone: "doubtful" };
  }
  const told = misses.map(({ name, by }) =>
    by === undefined
      ? `${CONSTRAINTS[name].option} unknown`
      : `misses ${CONSTRAINTS[name].option} by ${CONSTRAINTS[name].byText(by)}`,
  );
  return { text: told.join(", "), tone: "bad" };
}

const BILLION = 1e9;
const scaled = (scale: number) => (figure: Figure) => figureText(figure, 1 / scale);

const PROJECTED: readonly FigureColumn[] = [
  number("spans sent", ({ projection }) => projection?.sentPerSecond, figureText, "/s"),
  number("spans stored", ({ projection }) => projection?.spansPerMonth, scaled(BILLION), "billion/month"),
  number("to the backend", ({ projection }) => projection?.bytesPerMonth, scaled(BILLION), "GB/month"),
  number("CPU of tracing", ({ projection }) => projection?.cores, figureText, "cores"),
  number("price", ({ projection }) => projection?.moneyPerMonth, figureText, "/month"),
];

/** What each variant would mean at the user's traffic. */
export function projectionTable({ judged, choice, wishes }: Advice): Table[] {
  if (wishes.traffic === undefined || judged.length === 0) return [];
  const shown = PROJECTED.filter(({ pick }) => judged.some((one) => pick(one) !== undefined));
  const marked = judged.some(({ projection }) => projection?.isExtrapolated === true);
  const rows = judged.map((one): Cell[] => [
    nameCell(one, choice),
    ...shown.map((column) => figureCell(column, one, one.projection?.isExtrapolated === true ? EXTRAPOLATED : "")),
  ]);
  return [
    {
      id: "projection",
      title: "At your traffic",
      about:
        "Figures per request, times your traffic. Sent: what leaves the services; stored: what the backend gets, and its price, which is yours. A month has 30 days. The machine is the one of the results file.",
      columns: [{ title: "variant", numeric: false }, ...shown.map(columnOf)],
      rows,
      notes: [
        ...(marked
          ? [
              `${EXTRAPOLATED} extrapolated: each process gets more than twice, or less than half, of the measured rate.`,
            ]
          : []),
        ...judged.flatMap(({ candidate, projection }) =>
          (projection?.withheld ?? []).map((reason) => `${candidate.variant.id}: ${reason}.`),
        ),
        ...unbackedNotes(rows),
      ],
    },
  ];
}

function unbackedNotes(rows: readonly (readonly Cell[])[]): string[] {
  return rows.some((row) => row.some(({ text }) => text.includes(UNBACKED))) ? [UNBACKED_NOTE] : [];
}

function columnOf({ title, unit, numeric }: FigureColumn): Column {
  return { title, numeric, ...(unit === undefined ? {} : { unit }) };
}

function figureCell({ pick, text }: FigureColumn, judged: Judged, mark = ""): Cell {
  const figure = pick(judged);
  if (figure === undefined) return NOTHING;
  return {
    text: `${mark}${text(figure)}`,
    value: figure.center,
    ...(figure.low === undefined && { tone: "doubtful" as const }),
  };
}
