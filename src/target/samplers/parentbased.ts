import type { Declarative, Environment, SamplerKind } from "../kinds.ts";
import { checkNested, NestedSamplers, type NestedSampler, type SamplerSpec } from "./nested.ts";

type Delegates = Readonly<
  Record<"root" | "remote_sampled" | "remote_not_sampled" | "local_sampled" | "local_not_sampled", SamplerSpec>
>;

function fieldsOf(sampler: NestedSampler) {
  return {
    root: sampler,
    remote_sampled: sampler.prefault("always_on"),
    remote_not_sampled: sampler.prefault("always_off"),
    local_sampled: sampler.prefault("always_on"),
    local_not_sampled: sampler.prefault("always_off"),
  };
}

export const parentbased = (nested: NestedSampler): SamplerKind<ReturnType<typeof fieldsOf>> => ({
  name: "parentbased",
  about: "follows the parent's decision; another sampler decides on spans without a parent",
  example: "parentbased:ratio:0.1",
  fields: fieldsOf(nested),
  main: "root",
  aliases: {
    parentbased_always_on: "parentbased:always_on",
    parentbased_always_off: "parentbased:always_off",
    parentbased_traceidratio: "parentbased:ratio",
  },
  traced: true,
  check: checkNested,
  async make(config, context) {
    const { ParentBasedSampler } = await import("@opentelemetry/sdk-trace");
    const delegates = new NestedSamplers(context);
    const sampler = new ParentBasedSampler({
      root: await delegates.make(config.root),
      remoteParentSampled: await delegates.make(config.remote_sampled),
      remoteParentNotSampled: await delegates.make(config.remote_not_sampled),
      localParentSampled: await delegates.make(config.local_sampled),
      localParentNotSampled: await delegates.make(config.local_not_sampled),
    });
    return { sampler, shutdown: delegates.shutdown };
  },
  probability(config, callersSampled) {
    const { kind, config: root } = config.root;
    return followsParent(config) ? (callersSampled ?? kind.probability?.(root)) : undefined;
  },
  volume: ({ root }) => root.kind.volume(root.config),
  rateLimit: ({ root }) => root.kind.rateLimit?.(root.config),
  environment: (config) => (followsParent(config) ? environmentAround(config.root) : undefined),
  declarative: declarativeOf,
});

function followsParent(delegates: Delegates): boolean {
  return (
    delegates.remote_sampled.kind.name === "always_on" &&
    delegates.remote_not_sampled.kind.name === "always_off" &&
    delegates.local_sampled.kind.name === "always_on" &&
    delegates.local_not_sampled.kind.name === "always_off"
  );
}

function environmentAround({ kind, config }: SamplerSpec): Environment | undefined {
  const root = kind.environment?.(config);
  const name = root?.["OTEL_TRACES_SAMPLER"];
  if (name === undefined || name.startsWith("parentbased")) return undefined;
  return { ...root, OTEL_TRACES_SAMPLER: `parentbased_${name}` };
}

function declarativeOf(delegates: Delegates): Declarative | undefined {
  const named = {
    root: delegates.root,
    remote_parent_sampled: delegates.remote_sampled,
    remote_parent_not_sampled: delegates.remote_not_sampled,
    local_parent_sampled: delegates.local_sampled,
    local_parent_not_sampled: delegates.local_not_sampled,
  };
  const nodes = Object.entries(named).map(([name, { kind, config }]) => [name, kind.declarative?.(config)] as const);
  if (nodes.some(([, node]) => node === undefined)) return undefined;
  return { parent_based: Object.fromEntries(nodes) };
}
