import assert from "node:assert/strict";
import { test } from "node:test";
import { AMOUNT, ERRORS, SEEN } from "../../report/fidelity-columns.ts";
import { renderTerminal } from "../../report/reporters/terminal.ts";
import { figureOf } from "./answer.ts";
import type { StrategyOutcome } from "./figures.ts";
import { simulationPage } from "./page.ts";

const OPTIONS = { files: [], samplers: [], repeat: 10, seed: 1, windowSpans: 1, baseDir: "." };

function outcome(sampler: string, tail: readonly [low: number, center: number, high: number]): StrategyOutcome {
  const figure = (metric: string, [low, center, high]: typeof tail) => {
    return { metric, unit: "share", center, low, high, n: 10, method: "" };
  };
  const spans = [0.0485, 0.0596, 0.0725] as const;
  const figures = [figure("tailRecall", tail), figure("keptSpans", spans), figure("keptTraces", spans)];
  return { sampler, figures, fidelity: { traces: {} } } as unknown as StrategyOutcome;
}

function pageOf(strategies: readonly StrategyOutcome[], asked?: Parameters<typeof simulationPage>[2]) {
  const recording = {
    traces: 100,
    failedTraces: 0,
    spans: 800,
    records: 800,
    services: 1,
    lengthMs: 1000,
    longestMs: 9,
  };
  return simulationPage({ recording, warnings: [], strategies }, OPTIONS, asked);
}

test("a sampler is named as the one that keeps most only if the intervals say so", () => {
  const [tail, head] = [outcome("tail:slow=1s", [0.01, 0.12, 0.42]), outcome("ratio:0.1", [0.01, 0.1, 0.39])];
  const tied = pageOf([head, tail]).title;
  assert.match(tied, /intervals overlap.*tail:slow=1s.*ratio:0\.1/);
  assert.match(pageOf([head, outcome("tail:slow=1s", [0.5, 0.6, 0.7])]).title, /tail:slow=1s keeps the largest share/);
});

test("the terminal has the shares that a choice rests on within 100 columns, and all others with --verbose", () => {
  const metrics = [...AMOUNT, ...SEEN, ...ERRORS]
    .map(({ metric }) => metric)
    .filter((metric) => metric !== "keptBytes");
  const figures = [...metrics, "completeTraces"].map((metric) => {
    return { metric, unit: "share", center: 0.0596, low: 0.0485, high: 0.0725, n: 10, method: "" };
  });
  const fidelity = { traces: { arrived: 9 }, weight: "probability" };
  const samplers = ["ratio:0.1", "tail:errors,slow=20ms,ratio=0.05"];
  const page = pageOf(samplers.map((sampler) => ({ sampler, figures, fidelity }) as unknown as StrategyOutcome));
  const lines = (verbose: boolean) => renderTerminal(page, { color: false, width: 100, verbose }).split("\n");
  const heads = lines(false).filter((line) => line.startsWith("sampler"));
  // one that does not fit would be continued below
  assert.equal(heads.length, 1);
  for (const title of ["failed", "slowest 1 %", "traces", "spans"]) assert.ok(heads[0]!.includes(title), title);
  assert.ok(lines(false).every((line) => line.length <= 100));
  for (const { title } of [...SEEN, ...ERRORS]) assert.ok(lines(true).join("\n").includes(title), title);
});

test("a share is written in the headline as in the table", () => {
  const best = outcome("ratio:0.1", [0.5, 0.6, 0.7]);
  const answer = { front: [best], best, doubts: [], isUnanswerable: false };
  const minima = [{ metric: "tailRecall", of: "slowest 1 %", share: 0.5 }];
  const { title, tables } = pageOf([best], { answer, minima });
  const { columns, rows } = tables.find(({ id }) => id === "kept")!;
  const shown = rows[0]![columns.findIndex((column) => column.title === "spans")]!;
  assert.equal(shown.value, figureOf(best, "keptSpans")!.center);
  assert.ok(title.includes(shown.text), title);
});
