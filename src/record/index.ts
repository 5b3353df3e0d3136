export type { SinkCounts, SpanTable } from "../backend/index.ts";
export type { RequestTable, RequestTemplate } from "../load/index.ts";
export { phaseSchema, type Phase, type Plan, type Trial, type Variant } from "../plan/index.ts";
export * from "./fidelity.ts";
export * from "./ledger.ts";
export * from "./results.ts";
export * from "./trial-record.ts";
