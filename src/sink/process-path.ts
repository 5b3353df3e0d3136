import { siblingModule } from "../base/sibling.ts";

/** The module to start as the sink's process: Node, with an IPC channel and serialization "advanced". */
export const sinkProcessPath = siblingModule(import.meta.url, "./process");
