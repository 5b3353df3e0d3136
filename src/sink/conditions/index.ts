import { registry } from "../../base/registry.ts";
import { bandwidth } from "./bandwidth.ts";
import type { AnyCondition } from "./condition.ts";
import { error } from "./error.ts";
import { flaky } from "./flaky.ts";
import { hang } from "./hang.ts";
import { healthy } from "./healthy.ts";
import { partial } from "./partial.ts";
import { refuse } from "./refuse.ts";
import { reset } from "./reset.ts";
import { restart } from "./restart.ts";
import { slow } from "./slow.ts";
import { throttle } from "./throttle.ts";

/** Every behaviour that the sink can be scripted to. */
export const conditions = registry<AnyCondition>("backend condition", [
  healthy,
  slow,
  error,
  throttle,
  flaky,
  partial,
  hang,
  refuse,
  reset,
  restart,
  bandwidth,
]);
