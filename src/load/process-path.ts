import { siblingModule } from "../base/sibling.ts";

/** The module that a load process runs; see `ToLoad` and `FromLoad` for how to talk to it. */
export const loadProcessPath = siblingModule(import.meta.url, "./process");
