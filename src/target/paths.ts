import { siblingModule } from "../base/sibling.ts";

/** For `node --import` or NODE_OPTIONS: makes any Node service a target. */
export const preloadPath = siblingModule(import.meta.url, "./preload");
/** The program of every built-in target. */
export const entryPath = siblingModule(import.meta.url, "./entry");

export interface Programs {
  readonly preloadPath: string;
  readonly entryPath: string;
}
