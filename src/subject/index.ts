export type * from "./protocol.ts";
export type * from "./kinds.ts";
