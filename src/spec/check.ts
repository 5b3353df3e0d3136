import { collectorFiles, type Environment } from "../collector/collector-kind.ts";
import { collectorFacts, readConfigurationFile, storageFolders } from "../collector/configuration.ts";
import { UserError } from "../base/problem.ts";
import { noteUsed, noteUsedFolder } from "../base/regular-file.ts";
import { namesOfFiles, textsIn } from "./named-files.ts";
import type { CollectorSpec, ExporterSpec, Scenario } from "./scenario.ts";

/**
 * Reads the files that specs name (`rules:FILE`, `module:./x.mjs`), and notes those that other processes read or write
 * (`command:"node server.js"`, the exporters of a Collector). Throws a `UserError` with all mistakes in them.
 */
export async function checkFiles(scenario: Scenario, baseDir: string): Promise<void> {
  const { samplers, processors, exporters, collectors } = scenario;
  for (const name of namesOfFiles(scenario)) noteUsed(name);
  const checks = [
    ...samplers.map(({ kind, config }) => ["--sampler", () => kind.check?.(config, { baseDir })] as const),
    ...processors.map(({ kind, config }) => ["--processor", () => kind.check?.(config, { baseDir })] as const),
    ...exporters.map(({ kind, config }) => ["--exporter", () => kind.check?.(config, { baseDir })] as const),
    ...collectors.map((spec) => ["--collector", () => checkCollector(spec, exporters)] as const),
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

function checkCollector(spec: CollectorSpec, exporters: readonly ExporterSpec[]): void {
  const files = collectorFiles(spec);
  if (files === undefined) return;
  const other = exporters.find(({ kind }) => kind.endpoint !== "otlpHttp" && kind.endpoint !== "otlpGrpc");
  if (other !== undefined)
    throw new UserError(`"${spec.text}": a Collector takes OTLP; got exporter "${other.text}", expected an otlp one`);
  // it inherits all but what each trial gives it
  const { SINK_URL: _sink, STORAGE_DIR: _storage, ...inherited } = process.env as Environment;
  const environment = { ...inherited, ...files.environment };
  readConfigurationFile({ ...files, environment }, (configuration) => {
    for (const name of textsIn(configuration)) noteUsed(name);
    for (const folder of storageFolders(configuration)) noteUsedFolder(folder);
    collectorFacts(configuration);
  });
}
