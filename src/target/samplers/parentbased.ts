import type { Declarative, Environment, SamplerKind } from "../kinds.ts";
import { checkNested, makeNested, type NestedSampler, type SamplerSpec } from "./nested.ts";

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
    const sampler = new ParentBasedSampler({
      root: await makeNested(config.root, context),
      remoteParentSampled: await makeNested(config.remote_sampled, context),
      remoteParentNotSampled: await makeNested(config.remote_not_sampled, context),
      localParentSampled: await makeNested(config.local_sampled, context),
      localParentNotSampled: await makeNested(config.local_not_sampled, context),
    });
    return { sampler };
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
  const { root: _root, ...others } = delegates;
  const usual = (name: string): string => (name.endsWith("_not_sampled") ? "always_off" : "always_on");
  return Object.entries(others).every(([name, { kind }]) => kind.name === usual(name));
}

function environmentAround({ kind, config }: SamplerSpec): Environment | undefined {
  const root = kind.environment?.(config);
  const name = root?.["OTEL_TRACES_SAMPLER"];
  if (name === undefined || name.startsWith("parentbased")) return undefined;
  return { ...root, OTEL_TRACES_SAMPLER: `parentbased_${name}` };
}

function declarativeOf(delegates: Delegates): Declarative | undefined {
  // remote_sampled is remote_parent_sampled there
  const nodes = Object.entries(delegates).map(
    ([name, { kind, config }]) => [name.replace("_", "_parent_"), kind.declarative?.(config)] as const,
  );
  if (nodes.some(([, node]) => node === undefined)) return undefined;
  return { parent_based: Object.fromEntries(nodes) };
}
