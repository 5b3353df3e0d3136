export { PARTS } from "./parts/index.ts";
export { measuredPlan, microPlan, microScenario, type MicroWish } from "./plan.ts";
export { runMicro, type MicroEvents, type MicroLimits } from "./run.ts";
