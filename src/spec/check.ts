import { UserError } from "../base/problem.ts";
import { exporters } from "../target/exporters/index.ts";
import { processors } from "../target/processors/index.ts";
import { samplers } from "../target/samplers/index.ts";
import type { Scenario } from "./scenario.ts";

/** Looks into the files that specs name (`rules:FILE`, `module:./x.mjs`), so that a mistake in one is told before measuring. */
export async function checkFiles(scenario: Scenario, baseDir: string): Promise<void> {
  const checks = [
    ...scenario.samplers.map((spec) => ["--sampler", samplers.parse(spec)] as const),
    ...scenario.processors.map((spec) => ["--processor", processors.parse(spec)] as const),
    ...scenario.exporters.map((spec) => ["--exporter", exporters.parse(spec)] as const),
  ];
  const mistakes: string[] = [];
  for (const [option, { kind, config }] of checks) {
    try {
      await kind.check?.(config, { baseDir });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      mistakes.push(`${option}: ${error.message}`);
    }
  }
  if (mistakes.length > 0) throw new UserError(mistakes);
}
