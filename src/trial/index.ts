export type { Setting, Special } from "./setting.ts";
export { compileCache, startChild, type Child } from "./child.ts";
export { checkExpressible, exporterVariables, processorVariables, samplerVariables } from "./otel-environment.ts";
export { findPinning } from "./pinning.ts";
export { blocksOf, runPlan, type RunEvents } from "./run.ts";
