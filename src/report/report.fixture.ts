import { estimatesOf } from "../estimate/estimates.ts";
import type { Estimate } from "../estimate/estimate.ts";
import type { Results } from "../record/results.ts";
import { buildReport } from "./build.ts";
import type { Report } from "./report.ts";
import { fixtureResults, type FixtureOptions } from "./results.fixture.ts";

/** The made-up run as a report; `change` may spoil its results first. */
export function fixtureReport(
  options: FixtureOptions = {},
  change: (results: Results) => Results = (same) => same,
): Report {
  const results = change(fixtureResults(options));
  return buildReport(results, fixtureEstimates(results));
}

export function fixtureEstimates(results: Results): readonly Estimate[] {
  return estimatesOf(results).estimates;
}
