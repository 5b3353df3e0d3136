import { siblingModule } from "../base/sibling.ts";

export type * from "./protocol.ts";
export { conditions } from "./conditions/index.ts";

/** The module to start as the sink's process: Node, with an IPC channel and serialization "advanced". */
export const sinkProcessPath = siblingModule(import.meta.url, "./process");
