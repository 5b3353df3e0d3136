export type { SimulatedFigure, StrategyOutcome, Volume } from "./outcome.ts";
export { simulate, type Recording, type SimulateOptions, type Simulation } from "./simulate.ts";
export { sweepSpecs } from "./sweep.ts";
export { writeTraces } from "./write.ts";
