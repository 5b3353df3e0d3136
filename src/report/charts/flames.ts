import { callsPerRequest, mergeCalls } from "../../record/calls.ts";
import type { Flame } from "../report.ts";
import type { Run } from "../run.ts";

const LEAST_SHARE = 0.005;

/** What a request takes by function and caller, for each variant that was profiled: the mean over its valid rounds. */
export function flamesOf(run: Run): Flame[] {
  return run.variants.flatMap(({ id, label }) => {
    const profiles = run.usable(id, "profile").flatMap(({ calls }) => (calls === undefined ? [] : [calls]));
    const calls = callsPerRequest(mergeCalls(profiles.flat()), profiles.length, LEAST_SHARE);
    return calls.length === 0 ? [] : [{ variant: id, label, calls }];
  });
}
