import { homedir } from "node:os";
import { join } from "node:path";

/** Where what is installed or built once is kept. */
export function cacheFolder(): string {
  // oxlint-disable-next-line typescript/prefer-nullish-coalescing -- the specification: an empty one counts as unset
  return join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "spantoll");
}
