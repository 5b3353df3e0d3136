import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { samplers } from "../../target/samplers/index.ts";

/** Writes the files that the examples of the samplers name. */
export function writeSamplerFiles(folder: string): void {
  for (const { exampleFiles } of samplers.kinds) {
    for (const [name, text] of Object.entries(exampleFiles ?? {})) writeFileSync(join(folder, name), text);
  }
}
