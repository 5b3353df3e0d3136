export type { Effort } from "./measure.ts";
export { PARTS } from "./parts/index.ts";
export { microPlan, microScenario, type MicroWish } from "./plan.ts";
export { runMicro, type MicroEvents } from "./run.ts";
