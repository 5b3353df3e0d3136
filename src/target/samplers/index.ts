import { registry, type Registry } from "../../base/registry.ts";
import type { SamplerContext, SamplerKind, SamplerMade } from "../kinds.ts";
import { alwaysOff, alwaysOn } from "./always.ts";
import { alwaysRecord } from "./always-record.ts";
import { annotating } from "./annotating.ts";
import { byService } from "./by-service.ts";
import { jaegerRemote } from "./jaeger/jaeger-remote.ts";
import { module } from "./module.ts";
import { nestedSampler } from "./nested.ts";
import { parentbased } from "./parentbased.ts";
import { probability } from "./probability.ts";
import { rate } from "./rate.ts";
import { ratio } from "./ratio.ts";
import { ratioFloor } from "./ratio-floor.ts";
import { rules } from "./rules/rules.ts";
import { tail } from "./tail/tail.ts";
import { none, noop } from "./untraced.ts";

const nested = nestedSampler((text) => samplers.parse(text));

export const samplers: Registry<SamplerKind> = registry<SamplerKind>("sampler", [
  none,
  noop,
  alwaysOff,
  alwaysOn,
  ratio,
  probability,
  parentbased(nested),
  byService(nested),
  rules(nested),
  annotating(nested),
  alwaysRecord(nested),
  rate,
  ratioFloor,
  jaegerRemote,
  tail,
  module,
]);

/** Makes the sampler of a spec string. Throws a `UserError` if the spec, or a file it names, is wrong. */
export function makeSampler(spec: string, context: SamplerContext): Promise<SamplerMade> {
  const { kind, config } = samplers.parse(spec);
  return kind.make(config, context);
}
