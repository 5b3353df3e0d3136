export type * from "./protocol.ts";
export type * from "./kinds.ts";
export type { RequestTemplate } from "./request-template.ts";
export { differencesFromSdk } from "./books-cross-check.ts";
export { exporters } from "./exporters/index.ts";
export { processors } from "./processors/index.ts";
export { makeSampler, samplers } from "./samplers/index.ts";
export { entryPath, preloadPath, subjectPrograms } from "./paths.ts";
export { targets } from "./targets/index.ts";
