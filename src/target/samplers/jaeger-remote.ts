import { z } from "zod";
import { UserError } from "../../base/problem.ts";
import { text } from "../../base/units.ts";
import type { SamplerKind } from "../kinds.ts";
import { readJsonFile } from "./json-file.ts";

const fields = { file: text };

/** The sampler of `@opentelemetry/sampler-jaeger-remote`, with the strategies of a file in place of an agent's. */
export const jaegerRemote: SamplerKind<typeof fields> = {
  name: "jaeger_remote",
  needs: "@opentelemetry/sampler-jaeger-remote@0.200.0",
  about: "Jaeger's remote sampling, with strategies per service and operation from a Jaeger strategies file",
  example: "jaeger_remote:./strategies.json",
  fields,
  main: "file",
  exampleFiles: {
    "strategies.json": JSON.stringify({
      service_strategies: [
        {
          service: "micro",
          type: "probabilistic",
          param: 0.1,
          operation_strategies: [{ operation: "POST /orders", type: "probabilistic", param: 0.5 }],
        },
      ],
      default_strategy: { type: "probabilistic", param: 0.01 },
    }),
  },
  traced: true,
  async check({ file }, { baseDir }) {
    readStrategies(file, baseDir);
  },
  async make({ file }, { service, baseDir }) {
    const { JaegerRemoteSampler } = await import("@opentelemetry/sampler-jaeger-remote");
    // its constructor would start to poll an agent
    const sampler = Object.create(JaegerRemoteSampler.prototype) as InstanceType<typeof JaegerRemoteSampler>;
    const response = async (): Promise<object> => strategyResponse(readStrategies(file, baseDir), service);
    Object.assign(sampler, { getSamplerConfig: response });
    await sampler["getAndUpdateSampler"]();
    return { sampler };
  },
  volume: () => "unknown",
};

/** https://www.jaegertracing.io/docs/latest/architecture/sampling/#file-based-sampling-configuration */
const shareSchema = z.strictObject({
  type: z.literal("probabilistic", "probabilistic: OpenTelemetry's JavaScript sampler ignores other types"),
  param: z.number().min(0).max(1),
});
const strategySchema = shareSchema.extend({
  operation_strategies: z.array(shareSchema.extend({ operation: z.string() })).default([]),
});
const fileSchema = z.strictObject({
  service_strategies: z.array(strategySchema.extend({ service: z.string() })).optional(),
  default_strategy: strategySchema.optional(),
});
type Strategies = z.infer<typeof fileSchema>;

function readStrategies(file: string, baseDir: string): Strategies {
  const strategies = readJsonFile(file, baseDir, fileSchema);
  if (strategies.service_strategies === undefined && strategies.default_strategy === undefined)
    throw new UserError(`${file}: holds neither service_strategies nor default_strategy`);
  return strategies;
}

/** The answer of Jaeger's `/sampling` endpoint for a service (`SamplingStrategyResponse` as JSON). */
function strategyResponse(strategies: Strategies, service: string): object {
  const own = strategies.service_strategies?.find((each) => each.service === service);
  // Jaeger's own default for a service that the file does not have
  const { param, operation_strategies } = own ??
    strategies.default_strategy ?? { param: 0.001, operation_strategies: [] };
  return {
    strategyType: "PROBABILISTIC",
    probabilisticSampling: { samplingRate: param },
    operationSampling: {
      defaultSamplingProbability: param,
      perOperationStrategies: operation_strategies.map(({ operation, param: samplingRate }) => ({
        operation,
        probabilisticSampling: { samplingRate },
      })),
    },
  };
}
