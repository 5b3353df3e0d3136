import type { Change, HistorySeries } from "../../estimate/history.ts";
import type { Results } from "../../record/results.ts";
import { isMicro } from "../micro.ts";
import type { Report } from "../report.ts";
import { serviceOf } from "../setting.ts";
import { changesTable, trendTables } from "./tables.ts";
import { trendChart } from "./chart.ts";
import { changeOf, METRICS } from "./words.ts";

export interface HistoryInput {
  /** In order of time; never empty. */
  readonly runs: readonly Pick<Results, "environment" | "scenario" | "plan">[];
  readonly series: readonly HistorySeries[];
  /** Files that are not in it, each with the reason. */
  readonly leftOut: readonly string[];
  /** Files that are in it though their runs are unlike the newest, each with the differences. */
  readonly unlike: readonly string[];
}

/** E-divisive looks at no fewer on either side of a change. */
const FEWEST_RUNS = 6;

/** A history as a report, for every format there is. Pure. */
export function buildHistory(input: HistoryInput): Report {
  const { runs, leftOut, unlike } = input;
  const newest = runs.at(-1)!;
  const { environment } = newest;
  return {
    title: titleOf(input),
    caveats: [
      ...unlike.map((difference) => `Followed by --anyway: ${difference}`),
      ...leftOut.map((reason) => `Left out: ${reason}`),
      ...(runs.length < FEWEST_RUNS
        ? [
            `Changes are looked for from ${FEWEST_RUNS} runs on; here ${runs.length === 1 ? "is 1" : `are ${runs.length}`}.`,
          ]
        : []),
    ],
    environment,
    constants: [
      ...serviceOf(newest),
      { label: "node", value: environment.node },
      { label: "cpu", value: `${environment.cpu.model}, ${environment.cpu.cores} cores` },
      { label: "runs", value: String(runs.length) },
    ],
    tables: [...trendTables(input), ...changesTable(input)],
    charts: trendChart(input),
    warnings: [],
    method: [
      isMicro(newest)
        ? "Each part's ratio to the yardstick of the same run, which the machine's drift is not in, told in ns at the yardstick's speed in the newest run."
        : "Ratios to none of the same run, which the machine's drift is not in; the share of spans lost as it is.",
      "Changes are found by E-divisive (Matteson and James 2014): energy distances, permutation tests at 5 %, each figure by itself; so with many figures some of those found are chance.",
    ],
    setting: [{ label: "newest run", value: environment.startedAt }],
    estimates: [],
    spans: [],
    trials: { planned: 0, endings: { completed: 0, aborted: 0, failed: 0 } },
  };
}

function titleOf({ runs, series }: HistoryInput): string {
  const days = [runs[0]!, runs.at(-1)!].map(({ environment }) => environment.startedAt.slice(0, 10));
  const span = runs.length === 1 ? `1 run of ${days[0]}` : `${runs.length} runs from ${days[0]} to ${days[1]}`;
  const found = series
    .flatMap((one) => one.changes.map((change) => ({ one, change })))
    .toSorted((a, b) => dateOf(b.one, b.change).localeCompare(dateOf(a.one, a.change)));
  if (found.length === 0) return `${span}: no lasting change was found in ${series.length} figures.`;
  const [{ one, change }] = found as [(typeof found)[number]];
  const point = one.points[change.index]!;
  const latest = `${METRICS[one.metric]?.title ?? one.metric} of ${one.variant} ${changeOf(one, change)} at ${point.commit.slice(0, 7)} (${point.startedAt.slice(0, 10)})`;
  return `${span}: ${found.length} lasting ${found.length === 1 ? "change" : "changes"}; the latest: ${latest}.`;
}

function dateOf({ points }: HistorySeries, { index }: Change): string {
  return points[index]!.startedAt;
}
