import { join } from "node:path";
import { siblingModule } from "../base/sibling.ts";

/** For `node --import` or NODE_OPTIONS: makes any Node service a target. */
export const preloadPath = siblingModule(import.meta.url, "./preload");
/** The program of every built-in target. */
export const entryPath = siblingModule(import.meta.url, "./entry");

export interface Programs {
  readonly preloadPath: string;
  readonly entryPath: string;
}

/** The same two programs of another checkout of this package. */
export function targetPrograms(root: string): Programs {
  const target = join(root, "src", "target");
  return { preloadPath: join(target, "preload.ts"), entryPath: join(target, "entry.ts") };
}
