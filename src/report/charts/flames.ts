import { callsPerRequest, mergeCalls } from "../../record/calls.ts";
import { ALL_PARTS, oversampledVariants } from "../../record/part-metrics.ts";
import { figureText } from "../format.ts";
import type { Flame } from "../report.ts";
import type { Run } from "../run.ts";

const LEAST_SHARE = 0.005;

/** What a request takes by function and caller, for each variant that was profiled: the mean over its valid rounds. */
export function flamesOf(run: Run): Flame[] {
  const oversampled = oversampledVariants(run.results.records);
  return run.variants.flatMap(({ id, label }) => {
    if (oversampled.has(id)) return [];
    const profiles = run.usable(id, "profile").flatMap(({ calls }) => (calls === undefined ? [] : [calls]));
    const calls = callsPerRequest(mergeCalls(profiles.flat()), profiles.length, LEAST_SHARE).filter(({ us }) => us > 0);
    const all = run.find("profile", id, ALL_PARTS);
    return calls.length === 0 ? [] : [{ variant: id, label, calls, ...(all && { total: figureText(all) }) }];
  });
}
