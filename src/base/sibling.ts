import { extname } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The path of a module, seen from the caller's, with the ending the caller itself has:
 * `.ts` in development, `.js` in what is published. For files given to a new process.
 */
export function siblingModule(callerUrl: string, specifier: string): string {
  const caller = fileURLToPath(callerUrl);
  return fileURLToPath(new URL(specifier + extname(caller), callerUrl));
}
