import { siblingModule } from "../base/sibling.ts";

/** For `node --import` or NODE_OPTIONS: turns any Node service into a measured one. */
export const preloadPath = siblingModule(import.meta.url, "./preload");
/** The program of every built-in target; it loads the preload itself. */
export const entryPath = siblingModule(import.meta.url, "./entry");
