import { total } from "../../base/sum-of.ts";
import { callsPerRequest, mergeCalls } from "../../record/calls.ts";
import { NATIVE_CODE } from "../../record/part-metrics.ts";
import type { Flame } from "../report.ts";
import type { Run } from "../run.ts";

const LEAST_SHARE = 0.005;

/** What a request takes by function and caller, for each variant that was profiled: the mean over its valid rounds. */
export function flamesOf(run: Run): Flame[] {
  if (isOversampled(run)) return [];
  return run.variants.flatMap(({ id, label }) => {
    const profiles = run.usable(id, "profile").flatMap(({ calls }) => (calls === undefined ? [] : [calls]));
    const calls = callsPerRequest(mergeCalls(profiles.flat()), profiles.length, LEAST_SHARE);
    return calls.length === 0 ? [] : [{ variant: id, label, calls }];
  });
}

/** Samples last as long as the core was away: if others took it, they show more JavaScript than the kernel's account of all CPU. */
export function isOversampled(run: Run): boolean {
  return run.variants.some(
    ({ id }) => total(run.usable(id, "profile"), ({ profile }) => profile?.[NATIVE_CODE] ?? 0) < 0,
  );
}
