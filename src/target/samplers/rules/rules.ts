import type { ComposableSampler } from "@opentelemetry/sampler-composite";
import { UserError } from "../../../base/problem.ts";
import { withNested } from "../../../base/registry.ts";
import { text } from "../../../base/units.ts";
import type { SamplerContext, SamplerKind } from "../../kinds.ts";
import { makeNested, type NestedSampler, type SamplerSpec } from "../nested.ts";
import { COMPOSITE } from "../probability.ts";
import { matches, readRules } from "./rules-file.ts";

const fields = { file: text };

/**
 * The first rule that fits a local root decides, by the composite samplers of OpenTelemetry: `probability:P`, `always_on`
 * and `always_off` pass their threshold on in the tracestate. Other samplers can be named too; what they keep carries no
 * threshold, since its adjusted count is unknown. A remote parent's decision is followed.
 */
export const rules = (nested: NestedSampler): SamplerKind<typeof fields> => ({
  name: "rules",
  needs: COMPOSITE,
  about:
    'a sampler for each route, method or attribute, from a JSON list of rules, such as {"route":"/orders/:id","sampler":"ratio:0.1"}',
  example: "rules:./rules.json",
  exampleFiles: {
    "rules.json": JSON.stringify([
      { method: "GET", path: "/health", sampler: "always_off" },
      { method: "POST", route: "/orders", sampler: "ratio:0.1" },
      { sampler: "ratio:0.01" },
    ]),
  },
  fields,
  main: "file",
  traced: true,
  async check(config, { baseDir }) {
    for (const { sampler } of readRules(config.file, baseDir, nested)) {
      // a composite sampler cannot record what it does not keep
      if (withNested(sampler).some(({ kind }) => kind.name === "always_record"))
        throw new UserError(`${sampler.text} cannot stand inside a composite sampler: put always_record around that`);
      await sampler.kind.check?.(sampler.config, { baseDir });
    }
  },
  async make(config, context) {
    const composite = await import("@opentelemetry/sampler-composite");
    const composed: Parameters<typeof composite.createComposableRuleBasedSampler>[0] = [];
    for (const rule of readRules(config.file, context.baseDir, nested)) {
      const sampler = await compose(rule.sampler, context);
      composed.push([(_context, _traceId, _name, _kind, attributes) => matches(rule, attributes), sampler]);
    }
    const byRule = composite.createComposableRuleBasedSampler(composed);
    return { sampler: composite.createCompositeSampler(composite.createComposableParentThresholdSampler(byRule)) };
  },
  volume: () => "unknown",
});

/** A sampler that cannot be composed is asked for its decision; what it keeps carries no threshold. */
async function compose(spec: SamplerSpec, context: SamplerContext): Promise<ComposableSampler> {
  if (spec.kind.composable) return spec.kind.composable(spec.config);
  const { SamplingDecision } = await import("@opentelemetry/sdk-trace");
  const sampler = await makeNested(spec, context);
  return {
    getSamplingIntent(...span) {
      const { decision, attributes } = sampler.shouldSample(...span);
      const threshold = decision === SamplingDecision.RECORD_AND_SAMPLED ? 0n : -1n;
      return { threshold, thresholdReliable: false, ...(attributes && { attributes }) };
    },
    toString: () => sampler.toString(),
  };
}
