import { registry, type Registry } from "../../base/registry.ts";
import type { SamplerContext, SamplerKind, SamplerMade } from "../kinds.ts";
import { alwaysOff } from "./always-off.ts";
import { alwaysOn } from "./always-on.ts";
import { byService } from "./by-service.ts";
import { jaegerRemote } from "./jaeger-remote.ts";
import { module } from "./module.ts";
import { none } from "./none.ts";
import { noop } from "./noop.ts";
import { parentbased } from "./parentbased.ts";
import { probability } from "./probability.ts";
import { rate } from "./rate.ts";
import { ratio } from "./ratio.ts";
import { ratioFloor } from "./ratio-floor.ts";
import { rules } from "./rules.ts";
import { tail } from "./tail.ts";

export const samplers: Registry<SamplerKind> = registry<SamplerKind>("sampler", [
  none,
  noop,
  alwaysOff,
  alwaysOn,
  ratio,
  probability,
  parentbased,
  byService,
  rules,
  rate,
  ratioFloor,
  jaegerRemote,
  tail,
  module,
]);

/** Makes the sampler of a spec string. Throws a `UserError` where the spec, or a file it names, is wrong. */
export function makeSampler(spec: string, context: SamplerContext): Promise<SamplerMade> {
  const { kind, config } = samplers.parse(spec);
  return kind.make(config, context);
}
