import { UserError } from "../base/problem.ts";
import { explainByParts, type SpanContent } from "../estimate/parts.ts";
import type { Estimate } from "../estimate/estimate.ts";
import { readResults } from "../record/file.ts";
import type { Results } from "../record/results.ts";
import { partsTable } from "../report/tables/parts.ts";
import type { Table } from "../report/report.ts";
import { estimatesOf } from "./session.ts";

/** What a span of each target carries, counted by an exporter over some thousand requests of its usual mix. */
const CONTENT: Readonly<Record<string, SpanContent>> = {
  orders: { attributes: 4.0, events: 0.08, exceptions: 0.008 },
  express: { attributes: 3.5, events: 0.08, exceptions: 0.008 },
  "orders-chain": { attributes: 5.5, events: 0.05, exceptions: 0.01 },
  bare: { attributes: 1.6, events: 0, exceptions: 0 },
};

/** The results of `micro`. Throws a `UserError` for any others. */
export function readParts(option: string, path: string): Results {
  const results = readResults(path);
  if (results.records.some(({ trial }) => trial.phase === "micro")) return results;
  throw new UserError(`${option} "${path}": expected a results file that micro has written`);
}

/** A run that parts can be held against. Throws a `UserError` for any other. */
export function readCostRun(option: string, path: string): Results {
  const run = readResults(path);
  tablesOfParts(option, [], run);
  return run;
}

/** What the parts explain of a run's cost phase, a table for each `always_on` variant. Throws a `UserError` where there is none. */
export function tablesOfParts(option: string, parts: readonly Estimate[], run: Results): Table[] {
  const content = CONTENT[run.scenario.target.split(":")[0]!] ?? CONTENT["orders"]!;
  const explained = explainByParts(parts, run, estimatesOf(run), content);
  if (explained.length > 0) return explained.map((one) => partsTable(one, content));
  throw new UserError(`${option}: expected a run whose cost phase has measured none and always_on`);
}
