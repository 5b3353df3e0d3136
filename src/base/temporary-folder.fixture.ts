import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = mkdtempSync(join(tmpdir(), "spantoll-test-"));
process.once("exit", () => {
  try {
    rmSync(ROOT, { recursive: true, force: true, maxRetries: 5 });
  } catch {
    // something still writes there, which fails no test
  }
});

/** An empty folder that is gone when the process ends. */
export function temporaryFolder(): string {
  return mkdtempSync(join(ROOT, "folder-"));
}
