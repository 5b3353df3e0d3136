import { z } from "zod";
import { UserError } from "../../base/problem.ts";
import { readConfigurationFile, TAIL_SAMPLING } from "../../collector/configuration.ts";

/** What of a policy is the same here: a trace is kept if one of them keeps it. */
const policySchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("always_sample") }),
  z.object({
    type: z.literal("status_code"),
    status_code: z.strictObject({ status_codes: z.tuple([z.literal("ERROR", "expected ERROR only")]) }),
  }),
  z.object({ type: z.literal("latency"), latency: z.strictObject({ threshold_ms: z.number().nonnegative() }) }),
  z.object({
    type: z.literal("probabilistic"),
    probabilistic: z.object({ sampling_percentage: z.number().nonnegative() }),
  }),
]);
/** With the processor's defaults. */
const processorSchema = z.object({
  decision_wait: z.string().default("30s"),
  num_traces: z.number().default(50_000),
  policies: z.array(policySchema).min(1),
});

/**
 * The `tail:` spec of the tail_sampling processor in a Collector's configuration file. Throws a `UserError` if the file
 * has not exactly one, or a policy that `tail:` has not.
 */
export function tailSpecOf(file: string): string {
  return readConfigurationFile({ configuration: file }, ({ processors }) => tailSpecIn(processors ?? {}));
}

/** The same of processors. */
export function tailSpecIn(processors: Readonly<Record<string, unknown>>): string {
  const { decision_wait: wait, num_traces: traces, policies } = readProcessor(processors);
  const has = (type: string): boolean => policies.some((policy) => policy.type === type);
  const thresholds = policies.flatMap((policy) => (policy.type === "latency" ? policy.latency.threshold_ms : []));
  const percentages = policies.flatMap((policy) =>
    policy.type === "probabilistic" ? policy.probabilistic.sampling_percentage : [],
  );
  const percentage = has("always_sample") ? 100 : Math.min(100, Math.max(0, ...percentages));
  return `tail:${[
    ...(has("status_code") ? ["errors"] : []),
    ...(thresholds.length > 0 ? [`slow=${Math.min(...thresholds)}ms`] : []),
    ...(percentage > 0 ? [`ratio=${Number((percentage / 100).toPrecision(12))}`] : []),
    `wait=${wait}`,
    `traces=${traces}`,
  ].join(",")}`;
}

function readProcessor(processors: Readonly<Record<string, unknown>>): z.infer<typeof processorSchema> {
  const own = Object.entries(processors).filter(([name]) => TAIL_SAMPLING.test(name));
  if (own.length !== 1) throw new UserError(`expected one tail_sampling processor, found ${own.length}`);
  const [name, processor] = own[0]!;
  const result = processorSchema.safeParse(processor);
  if (result.success) return result.data;
  const [{ path, message }] = result.error.issues as [z.core.$ZodIssue];
  throw new UserError(
    `${name}.${path.join(".")}: ${message}; simulate has the policies always_sample, status_code (ERROR), latency and probabilistic`,
  );
}
