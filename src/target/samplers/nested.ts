import type { Sampler } from "@opentelemetry/sdk-trace";
import { UserError } from "../../base/problem.ts";
import { specCodec, type Spec, type SpecCodec } from "../../base/registry.ts";
import type { PipelineContext, SamplerContext, SamplerKind } from "../kinds.ts";

export type SamplerSpec = Spec<SamplerKind>;
/** A field that holds another sampler. */
export type NestedSampler = SpecCodec<SamplerKind>;

/** Refuses what cannot stand inside another sampler. */
export function nestedSampler(parse: (text: string) => SamplerSpec): NestedSampler {
  return specCodec((text) => {
    const spec = parse(text);
    const { name, traced, tail } = spec.kind;
    if (!traced) throw new UserError(`${name} makes no sampler, so nothing can be put around it`);
    if (tail)
      throw new UserError(
        `${name} decides when a trace ends and cannot stand inside a sampler that decides at its start`,
      );
    return spec;
  });
}

export async function makeNested({ kind, config }: SamplerSpec, context: SamplerContext): Promise<Sampler> {
  return (await kind.make(config, context)).sampler;
}

export async function checkNested(
  specs: Readonly<Record<string, SamplerSpec | undefined>>,
  context: PipelineContext,
): Promise<void> {
  for (const spec of Object.values(specs)) await spec?.kind.check?.(spec.config, context);
}
