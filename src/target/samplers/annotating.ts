import { text } from "../../base/units.ts";
import type { Compose, SamplerKind } from "../kinds.ts";
import { checkComposed, COMPOSITE, NestedSamplers, type NestedSampler, type SamplerSpec } from "./nested.ts";

interface Annotation {
  readonly sampler: SamplerSpec;
  readonly attribute: string;
  readonly value: string;
}

function fieldsOf(sampler: NestedSampler) {
  return { sampler, attribute: text, value: text };
}

export const annotating = (nested: NestedSampler): SamplerKind<ReturnType<typeof fieldsOf>> => ({
  name: "annotating",
  needs: COMPOSITE,
  about: "OpenTelemetry's ComposableAnnotating: what another sampler keeps gets an attribute",
  example: "annotating:probability:0.1,attribute=sampled.by,value=tenth",
  fields: fieldsOf(nested),
  main: "sampler",
  traced: true,
  check: ({ sampler }, context) => checkComposed(sampler, context),
  async make(config, context) {
    const { createCompositeSampler } = await import("@opentelemetry/sampler-composite");
    const samplers = new NestedSamplers(context);
    return { sampler: createCompositeSampler(await composable(config, samplers.compose)), shutdown: samplers.shutdown };
  },
  probability: ({ sampler }, callersSampled) => sampler.kind.probability?.(sampler.config, callersSampled),
  volume: ({ sampler }) => sampler.kind.volume(sampler.config),
  rateLimit: ({ sampler }) => sampler.kind.rateLimit?.(sampler.config),
  composable,
});

async function composable({ sampler, attribute, value }: Annotation, compose: Compose) {
  const { createComposableAnnotatingSampler } = await import("@opentelemetry/sampler-composite");
  return createComposableAnnotatingSampler(await compose(sampler), { [attribute]: value });
}
