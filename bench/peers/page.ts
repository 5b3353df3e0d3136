/** What was measured, as a page for a terminal. */
import { figureText, plain, UNBACKED_NOTE } from "../../src/report/format.ts";
import type { Cell, Table } from "../../src/report/report.ts";
import type { Page } from "../../src/report/reporters/terminal.ts";
import type { PeerEstimate } from "./estimates.ts";
import { FIGURE_NAMES, figureOf, type Figure, type FigureName } from "./figures.ts";
import type { Measured, PeersFile } from "./file.ts";
import type { PromiseFinding } from "./promises.ts";

const NOTHING: Cell = { text: "–" };
const TONES = { kept: "good", broken: "bad", undecided: "doubtful" } as const;

export function pageOf({ sections, promises, notes, environment, ending }: PeersFile): Page {
  const { cpu, node } = environment;
  const count = (verdict: PromiseFinding["verdict"]): number =>
    promises.filter((promise) => promise.verdict === verdict).length;
  return {
    title: `The harness beside others: of ${promises.length} promises ${count("kept")} kept, ${count("broken")} broken, ${count("undecided")} undecided.`,
    caveats: [
      ...(ending === "interrupted" ? ["interrupted: what was measured until then"] : []),
      ...sections.flatMap(({ title, failure }) => (failure === undefined ? [] : [`${title} broke off: ${failure}`])),
    ],
    constants: [
      { label: "cpu", value: `${cpu.model}, ${cpu.cores} cores` },
      { label: "node", value: node },
      ...notes.map((note) => ({ label: "note:", value: note })),
    ],
    tables: [...sections.map(sectionTable), ...(promises.length === 0 ? [] : [promiseTable(promises, sections)])],
    warnings: [],
  };
}

function sectionTable({ name, title, about, against, estimates }: Measured): Table {
  const columns = FIGURE_NAMES.flatMap((metric) =>
    [false, true]
      .filter((isRatio) => estimates.some((one) => isOf(one, metric, isRatio)))
      .map((isRatio) => ({ metric, isRatio, figure: figureOf(metric) })),
  );
  const peers = [...new Set(estimates.map(({ peer }) => peer))];
  const isUnbacked = estimates.some(({ low }) => low === undefined);
  return {
    id: name,
    title,
    about,
    columns: [
      { title: "who", numeric: false },
      ...columns.map(({ isRatio, figure }) => ({ ...headOf(figure, isRatio, against), numeric: true })),
    ],
    rows: peers.map((peer) => [
      { text: peer },
      ...columns.map(({ metric, isRatio }) =>
        cellOf(estimates.find((one) => one.peer === peer && isOf(one, metric, isRatio))),
      ),
    ]),
    notes: isUnbacked ? [UNBACKED_NOTE] : [],
  };
}

function headOf({ title, unit }: Figure, isRatio: boolean, against: string): { title: string; unit?: string } {
  if (isRatio) return { title: `× ${against}` };
  return { title, ...(unit !== undefined && { unit }) };
}

function isOf({ metric, against }: PeerEstimate, wanted: FigureName, isRatio: boolean): boolean {
  return metric === wanted && (against !== undefined) === isRatio;
}

function cellOf(estimate: PeerEstimate | undefined): Cell {
  if (estimate === undefined) return NOTHING;
  const times = estimate.against === undefined ? (figureOf(estimate.metric).shownTimes ?? 1) : 1;
  return { text: figureText(estimate, times), value: estimate.center * times };
}

function promiseTable(promises: readonly PromiseFinding[], sections: readonly Measured[]): Table {
  return {
    id: "promises",
    title: "Promises",
    about: "Kept or broken where the whole interval says so.",
    columns: ["what", "promised", "measured", ""].map((title) => ({ title, numeric: title === "measured" })),
    rows: promises.map((promise) => {
      const { estimates } = sections.find(({ name }) => name === promise.section)!;
      const estimate = estimates.find(
        (one) => one.peer === promise.peer && isOf(one, promise.metric, promise.against !== undefined),
      );
      return [
        { text: whatOf(promise) },
        { text: limitText(promise) },
        cellOf(estimate),
        { text: promise.verdict, tone: TONES[promise.verdict] },
      ];
    }),
    notes: [],
  };
}

function whatOf({ peer, metric, against }: PromiseFinding): string {
  const { title, unit } = figureOf(metric);
  return `${peer}: ${title}${against === undefined ? (unit === undefined ? "" : ` (${unit})`) : ` × ${against}`}`;
}

function limitText({ metric, against, atLeast, atMost }: PromiseFinding): string {
  const times = against === undefined ? (figureOf(metric).shownTimes ?? 1) : 1;
  const [least, most] = [atLeast, atMost].map((limit) => (limit === undefined ? undefined : plain(limit * times)));
  if (least !== undefined && most !== undefined) return `${least} to ${most}`;
  return least === undefined ? `at most ${most}` : `at least ${least}`;
}
