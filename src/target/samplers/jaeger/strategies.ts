import { z } from "zod";
import { UserError } from "../../../base/problem.ts";
import { readJsonFile } from "../json-file.ts";

/** https://www.jaegertracing.io/docs/latest/architecture/sampling/#file-based-sampling-configuration */
const operationSchema = z.strictObject({
  operation: z.string(),
  type: z.literal("probabilistic"),
  param: z.number().min(0).max(1),
});
const strategySchema = z.strictObject({
  type: z.literal("probabilistic", "probabilistic: OpenTelemetry's JavaScript sampler ignores other types"),
  param: z.number().min(0).max(1),
  operation_strategies: z.array(operationSchema).optional(),
});
const fileSchema = z.strictObject({
  service_strategies: z.array(strategySchema.extend({ service: z.string() })).optional(),
  default_strategy: strategySchema.optional(),
});
type Strategies = z.infer<typeof fileSchema>;
type Strategy = z.infer<typeof strategySchema>;

/** Reads a Jaeger strategies file. Throws a `UserError` that names file and place. */
export async function readStrategies(file: string, baseDir: string): Promise<Strategies> {
  const strategies = await readJsonFile(file, baseDir, fileSchema);
  if (strategies.service_strategies === undefined && strategies.default_strategy === undefined)
    throw new UserError(`${file}: holds neither service_strategies nor default_strategy`);
  return strategies;
}

/** Jaeger's default for a service that the file does not have. */
const JAEGER_DEFAULT: Strategy = { type: "probabilistic", param: 0.001 };

/** The answer of Jaeger's `/sampling` endpoint for a service (`SamplingStrategyResponse` as JSON). */
export function strategyResponse(strategies: Strategies, service: string): object {
  const own = strategies.service_strategies?.find((each) => each.service === service);
  const { param, operation_strategies: operations } = own ?? strategies.default_strategy ?? JAEGER_DEFAULT;
  return {
    strategyType: "PROBABILISTIC",
    probabilisticSampling: { samplingRate: param },
    ...(operations && {
      operationSampling: {
        defaultSamplingProbability: param,
        defaultLowerBoundTracesPerSecond: 0,
        perOperationStrategies: operations.map(({ operation, param: samplingRate }) => ({
          operation,
          probabilisticSampling: { samplingRate },
        })),
      },
    }),
  };
}
