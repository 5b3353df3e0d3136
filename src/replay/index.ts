export type { SimulatedFigure, StrategyOutcome } from "./outcome.ts";
export { simulate, type SimulateOptions, type Simulation } from "./simulate.ts";
export { sweepSpecs } from "./sweep.ts";
export { writeTraces } from "./write.ts";
