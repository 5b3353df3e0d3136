import { UserError } from "../../base/problem.ts";
import { specCodec, type Spec, type SpecCodec } from "../../base/registry.ts";
import type { SamplerContext, SamplerKind, SamplerMade } from "../kinds.ts";

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

  readonly shutdown = async (): Promise<void> => {
    await Promise.all(this.made.map(async (each) => each.shutdown?.()));
  };
}

export async function checkNested(
  specs: Readonly<Record<string, SamplerSpec | undefined>>,
  context: { readonly baseDir: string },
): Promise<void> {
  for (const spec of Object.values(specs)) await spec?.kind.check?.(spec.config, context);
}
