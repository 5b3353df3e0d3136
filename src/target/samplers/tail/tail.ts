import type { ConfigOf } from "../../../base/registry.ts";
import { count, duration, flag, share } from "../../../base/units.ts";
import type { SamplerKind } from "../../kinds.ts";

const fields = {
  /** Keep traces in which a span ended with status ERROR. */
  errors: flag.prefault("false"),
  /** Keep traces whose local root took at least this long. */
  slow: duration.optional(),
  /** Keep this share of the others, by trace id. */
  ratio: share.prefault("0"),
  /** In a Collector: time from a trace's first span to the decision. */
  wait: duration.prefault("10s"),
  /** In a Collector: traces in memory at most; the oldest goes first. */
  traces: count().prefault("50000"),
  /** In simulate too, each process decides on its own part of a trace, as in bench. */
  local: flag.prefault("false"),
  /** Most spans held undecided; the oldest trace is evicted first. */
  buffer: count().prefault("20000"),
};

export const tail: SamplerKind<typeof fields> = {
  name: "tail",
  about:
    "decides when a trace is over, and keeps failed (status ERROR) and slow ones and a share of the others; bench: each process on its part of the trace; simulate: on the whole trace as a Collector, or by process with `local`",
  example: "tail:errors,slow=250ms,ratio=0.05",
  fields,
  traced: true,
  tail: true,
  refuse: ({ errors, slow, ratio }) =>
    errors || slow !== undefined || ratio > 0 ? undefined : "keeps nothing; give errors, slow=250ms or ratio=0.05",
  async make(config) {
    const { AlwaysOnSampler } = await import("@opentelemetry/sdk-trace");
    const { TailProcessor } = await import("./tail-processor.ts");
    return { sampler: new AlwaysOnSampler(), wrap: (next, losses) => new TailProcessor(config, next, losses) };
  },
  volume: () => "per request",
  wholeTrace: ({ local, ...policy }) => (local ? undefined : policy),
  collector: (config) => ({
    processors: {
      tail_sampling: {
        decision_wait: `${config.wait}ms`,
        num_traces: config.traces,
        policies: collectorPolicies(config),
      },
    },
  }),
};

/** The Collector's `tail_sampling` keeps a trace if one of the policies does. */
function collectorPolicies({ errors, slow, ratio }: ConfigOf<typeof fields>): object[] {
  const policies: object[] = [];
  if (errors) policies.push({ name: "errors", type: "status_code", status_code: { status_codes: ["ERROR"] } });
  if (slow !== undefined) policies.push({ name: "slow", type: "latency", latency: { threshold_ms: slow } });
  if (ratio > 0) {
    const sampling_percentage = Number((ratio * 100).toPrecision(12));
    policies.push({ name: "others", type: "probabilistic", probabilistic: { sampling_percentage } });
  }
  return policies;
}
