import { text } from "../../../base/units.ts";
import type { SamplerKind } from "../../kinds.ts";
import { checkComposed, COMPOSITE, NestedSamplers, type NestedSampler } from "../nested.ts";
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
    for (const { sampler } of await readRules(config.file, baseDir, nested)) await checkComposed(sampler, { baseDir });
  },
  async make(config, context) {
    const composite = await import("@opentelemetry/sampler-composite");
    const samplers = new NestedSamplers(context);
    const composed: Parameters<typeof composite.createComposableRuleBasedSampler>[0] = [];
    for (const rule of await readRules(config.file, context.baseDir, nested)) {
      const sampler = await samplers.compose(rule.sampler);
      composed.push([(_context, _traceId, _name, _kind, attributes) => matches(rule, attributes), sampler]);
    }
    const byRule = composite.createComposableRuleBasedSampler(composed);
    return {
      sampler: composite.createCompositeSampler(composite.createComposableParentThresholdSampler(byRule)),
      shutdown: samplers.shutdown,
    };
  },
  volume: () => "unknown",
});
