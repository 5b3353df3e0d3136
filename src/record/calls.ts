/** The functions of a profile, each within its caller. */
import { z } from "zod";
import { total } from "../base/sum-of.ts";

export const callSchema = z.object({
  /** Of the function. */
  name: z.string(),
  /** Of the program: a package, the service, Node, V8. */
  part: z.string(),
  /** With all that it called. */
  us: z.number(),
  get calls(): z.ZodArray<typeof callSchema> {
    return z.array(callSchema);
  },
});
export type Call = z.infer<typeof callSchema>;

/** The same function in the same caller is one call; the longest come first. */
export function mergeCalls(calls: readonly Call[]): Call[] {
  const merged = [...Map.groupBy(calls, ({ part, name }) => `${part}\n${name}`).values()].map((same) => ({
    ...same[0]!,
    us: total(same, ({ us }) => us),
    calls: mergeCalls(same.flatMap((call) => call.calls)),
  }));
  return merged.toSorted((one, other) => other.us - one.us);
}

/** µs of the function itself. */
export function ownUs({ us, calls }: Call): number {
  return us - total(calls, (call) => call.us);
}

const OTHER_CALLS = "other calls";

/**
 * In each, what it takes of a request. Calls under `leastShare` of the whole are left out, so that their time is their callers'
 * own. Those without a caller are one call, which is below 0 if one of them is by more.
 */
export function callsPerRequest(calls: readonly Call[], requests: number, leastShare: number): Call[] {
  const leastUs = leastShare * total(calls, ({ us }) => us);
  const isLarge = ({ us }: Call): boolean => us > leastUs;
  const scaled = (call: Call): Call => ({
    ...call,
    us: Number((call.us / requests).toPrecision(4)),
    calls: call.calls.filter(isLarge).map(scaled),
  });
  const others = total(calls, (call) => (isLarge(call) ? 0 : call.us));
  const rest = others === 0 ? [] : [{ name: OTHER_CALLS, part: OTHER_CALLS, us: others, calls: [] }];
  return mergeCalls([...calls.filter(isLarge), ...rest]).map(scaled);
}
