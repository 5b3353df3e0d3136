import type { ComposableSampler } from "@opentelemetry/sampler-composite";
import { UserError } from "../../base/problem.ts";
import { specCodec, withNested, type Spec, type SpecCodec } from "../../base/registry.ts";
import type { PipelineContext, SamplerContext, SamplerKind, SamplerMade } from "../kinds.ts";

export type SamplerSpec = Spec<SamplerKind>;
/** Versions before 0.212.0 have no rules and no annotation, and those before 0.216.0 the probability under another name. */
export const COMPOSITE = "@opentelemetry/sampler-composite@0.216.0";
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

/** Makes samplers that stand inside another one; `shutdown` ends all of them. */
export class NestedSamplers {
  private readonly made: SamplerMade[] = [];
  private readonly context: SamplerContext;

  constructor(context: SamplerContext) {
    this.context = context;
  }

  async make({ kind, config }: SamplerSpec): Promise<SamplerMade["sampler"]> {
    const made = await kind.make(config, this.context);
    this.made.push(made);
    return made.sampler;
  }

  /** A sampler that cannot be composed is asked for its decision; what it keeps carries no threshold. */
  readonly compose = async (spec: SamplerSpec): Promise<ComposableSampler> => {
    if (spec.kind.composable) return spec.kind.composable(spec.config, this.compose);
    const { SamplingDecision } = await import("@opentelemetry/sdk-trace");
    const sampler = await this.make(spec);
    return {
      getSamplingIntent(...span) {
        const { decision, attributes } = sampler.shouldSample(...span);
        const threshold = decision === SamplingDecision.RECORD_AND_SAMPLED ? 0n : -1n;
        return { threshold, thresholdReliable: false, ...(attributes && { attributes }) };
      },
      toString: () => sampler.toString(),
    };
  };

  readonly shutdown = async (): Promise<void> => {
    await Promise.all(this.made.map(async (each) => each.shutdown?.()));
  };
}

export async function checkNested(
  specs: Readonly<Record<string, SamplerSpec | undefined>>,
  context: PipelineContext,
): Promise<void> {
  for (const spec of Object.values(specs)) await spec?.kind.check?.(spec.config, context);
}

/** A composite sampler keeps or drops: it cannot record what it does not keep. */
export async function checkComposed(sampler: SamplerSpec, context: PipelineContext): Promise<void> {
  if (withNested(sampler).some(({ kind }) => kind.name === "always_record"))
    throw new UserError(`${sampler.text} cannot stand inside a composite sampler: put always_record around that`);
  await checkNested({ sampler }, context);
}
