import type { ComposableSampler } from "@opentelemetry/sampler-composite";
import { text } from "../../base/units.ts";
import type { SamplerContext, SamplerKind, SamplerMade } from "../kinds.ts";
import { makeSampler, samplers } from "./index.ts";
import { matches, readRules } from "./rules-file.ts";

const fields = { file: text };

/**
 * The first rule that fits a local root decides, by the composite samplers of OpenTelemetry: `probability:P`,
 * `always_on` and `always_off` tell their threshold on in the tracestate. Other samplers can be named too; what
 * they keep carries no threshold, since its adjusted count is unknown. A remote parent's decision is followed.
 */
export const rules: SamplerKind<typeof fields> = {
  name: "rules",
  about:
    'a sampler for each route, method or attribute, from a JSON list of rules, such as {"route":"/orders/:id","sampler":"ratio:0.1"}',
  example: "rules:./rules.json",
  fields,
  main: "file",
  async check(config, { baseDir }) {
    await readRules(config.file, baseDir);
  },
  async make(config, context) {
    const composite = await import("@opentelemetry/sampler-composite");
    const made: SamplerMade[] = [];
    const composed: Parameters<typeof composite.createComposableRuleBasedSampler>[0] = [];
    for (const rule of await readRules(config.file, context.baseDir)) {
      const sampler = await composable(rule.sampler, context, made);
      composed.push([(_context, _traceId, _name, _kind, attributes) => matches(rule, attributes), sampler]);
    }
    const byRule = composite.createComposableRuleBasedSampler(composed);
    return {
      sampler: composite.createCompositeSampler(composite.createComposableParentThresholdSampler(byRule)),
      shutdown: async () => void (await Promise.all(made.map(async (each) => each.shutdown?.()))),
    };
  },
};

async function composable(spec: string, context: SamplerContext, made: SamplerMade[]): Promise<ComposableSampler> {
  const composite = await import("@opentelemetry/sampler-composite");
  const { SamplingDecision } = await import("@opentelemetry/sdk-trace");
  const { kind, config } = samplers.parse(spec);
  if (kind.name === "always_on") return composite.createComposableAlwaysOnSampler();
  if (kind.name === "always_off") return composite.createComposableAlwaysOffSampler();
  if (kind.name === "probability") return composite.createComposableProbabilitySampler(kind.inclusion!(config)!);
  const { sampler, ...rest } = await makeSampler(spec, context);
  made.push({ sampler, ...rest });
  return {
    getSamplingIntent(...span) {
      const { decision, attributes } = sampler.shouldSample(...span);
      const threshold = decision === SamplingDecision.RECORD_AND_SAMPLED ? 0n : -1n;
      return { threshold, thresholdReliable: false, ...(attributes && { attributes }) };
    },
    toString: () => sampler.toString(),
  };
}
