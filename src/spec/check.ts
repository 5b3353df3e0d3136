import { UserError } from "../base/problem.ts";
import type { Scenario } from "./scenario.ts";

/** Reads the files that specs name (`rules:FILE`, `module:./x.mjs`). Throws a `UserError` with all mistakes in them. */
export async function checkFiles({ samplers, processors, exporters }: Scenario, baseDir: string): Promise<void> {
  const checks = [
    ...samplers.map(({ kind, config }) => ["--sampler", () => kind.check?.(config, { baseDir })] as const),
    ...processors.map(({ kind, config }) => ["--processor", () => kind.check?.(config, { baseDir })] as const),
    ...exporters.map(({ kind, config }) => ["--exporter", () => kind.check?.(config, { baseDir })] as const),
  ];
  const mistakes: string[] = [];
  for (const [option, check] of checks) {
    try {
      await check();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      mistakes.push(`${option}: ${error.message}`);
    }
  }
  if (mistakes.length > 0) throw new UserError(mistakes);
}
