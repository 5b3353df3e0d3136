import type { Sampler } from "@opentelemetry/sdk-trace-base";
import type { SamplerKind, SamplerMade } from "../kinds.ts";
import { makeSampler, samplers } from "./index.ts";
import { refuseNested, samplerSpec } from "./nested.ts";

const fields = {
  root: samplerSpec,
  remote_sampled: samplerSpec.prefault("always_on"),
  remote_not_sampled: samplerSpec.prefault("always_off"),
  local_sampled: samplerSpec.prefault("always_on"),
  local_not_sampled: samplerSpec.prefault("always_off"),
};

export const parentbased: SamplerKind<typeof fields> = {
  name: "parentbased",
  about: "follows the parent's decision, and asks another sampler where there is none",
  example: "parentbased:ratio:0.1",
  fields,
  main: "root",
  refuse: (config) => refuseNested(...Object.values(config)),
  async check(config, context) {
    for (const spec of Object.values(config)) {
      const delegate = samplers.parse(spec);
      await delegate.kind.check?.(delegate.config, context);
    }
  },
  async make(config, context) {
    const { ParentBasedSampler } = await import("@opentelemetry/sdk-trace-base");
    const made: SamplerMade[] = [];
    const delegate = async (spec: string): Promise<Sampler> => {
      const next = await makeSampler(spec, context);
      made.push(next);
      return next.sampler;
    };
    const sampler = new ParentBasedSampler({
      root: await delegate(config.root),
      remoteParentSampled: await delegate(config.remote_sampled),
      remoteParentNotSampled: await delegate(config.remote_not_sampled),
      localParentSampled: await delegate(config.local_sampled),
      localParentNotSampled: await delegate(config.local_not_sampled),
    });
    return { sampler, shutdown: async () => void (await Promise.all(made.map(async (each) => each.shutdown?.()))) };
  },
  inclusion(config) {
    const followsParent =
      config.remote_sampled === "always_on" &&
      config.remote_not_sampled === "always_off" &&
      config.local_sampled === "always_on" &&
      config.local_not_sampled === "always_off";
    const root = samplers.parse(config.root);
    return followsParent ? root.kind.inclusion?.(root.config) : undefined;
  },
};
