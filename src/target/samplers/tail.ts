import { count, duration, flag, share } from "../../base/units.ts";
import type { SamplerKind } from "../kinds.ts";

const fields = {
  /** Keep traces in which a span ended with status ERROR: what "failed" means, see estimate/fidelity/failure.ts. */
  errors: flag.prefault("false"),
  /** Keep traces whose local root took at least this long. */
  slow: duration.optional(),
  /** Keep this share of the others, by trace id. */
  ratio: share.prefault("0"),
  /** Spans held undecided at most; the oldest trace goes first. */
  buffer: count().prefault("20000"),
};

export const tail: SamplerKind<typeof fields> = {
  name: "tail",
  about:
    "decides when the trace's part in this process is over: keeps failed (status ERROR), slow, and a share of others",
  example: "tail:errors,slow=250ms,ratio=0.05",
  fields,
  refuse: ({ errors, slow, ratio }) =>
    errors || slow !== undefined || ratio > 0 ? undefined : "keeps nothing; give errors, slow=250ms or ratio=0.05",
  async make(config) {
    const { AlwaysOnSampler } = await import("@opentelemetry/sdk-trace-base");
    const { TailProcessor } = await import("./tail-processor.ts");
    return { sampler: new AlwaysOnSampler(), wrap: (next, book) => new TailProcessor(config, next, book) };
  },
};
