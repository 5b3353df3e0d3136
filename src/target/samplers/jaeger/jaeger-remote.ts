import { duration, text } from "../../../base/units.ts";
import type { SamplerKind } from "../../kinds.ts";
import { readStrategies } from "./strategies.ts";

const fields = {
  file: text,
  /** Jaeger's clients have 60 s; a trial is shorter. */
  poll: duration.prefault("5s"),
};

/**
 * The sampler of `@opentelemetry/sampler-jaeger-remote`, which polls the file in place of an agent. The first poll is done
 * before the first span: the package by itself would wait one interval.
 */
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
  refuse: ({ poll }) => (poll < 10 ? "poll must be at least 10ms" : undefined),
  async check(config, { baseDir }) {
    await readStrategies(config.file, baseDir);
  },
  async make(config, { service, baseDir }) {
    const { startJaegerSampler } = await import("./polling-sampler.ts");
    return startJaegerSampler(config.file, baseDir, service, config.poll);
  },
  volume: () => "unknown",
};
