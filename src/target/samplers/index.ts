import { registry, type Registry } from "../../base/registry.ts";
import type { SamplerContext, SamplerKind, SamplerMade } from "../kinds.ts";
import { ownSampler } from "../own-module.ts";
import { alwaysOff, alwaysOn } from "./always.ts";
import { alwaysRecord } from "./always-record.ts";
import { byService } from "./by-service.ts";
import { jaegerRemote } from "./jaeger-remote.ts";
import { nestedSampler } from "./nested.ts";
import { parentbased } from "./parentbased.ts";
import { probability } from "./probability.ts";
import { rate, ratioFloor } from "./rate.ts";
import { ratio } from "./ratio.ts";
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
  alwaysRecord(nested),
  rate,
  ratioFloor,
  jaegerRemote,
  tail,
  ownSampler,
]);

/** Makes the sampler of a spec string. Throws a `UserError` if the spec, or a file it names, is wrong. */
export function makeSampler(spec: string, context: SamplerContext): Promise<SamplerMade> {
  const { kind, config } = samplers.parse(spec);
  return kind.make(config, context);
}
