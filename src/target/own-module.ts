/** Parts of the pipeline that the user wrote: the kind `module` of samplers, processors and exporters. */
import { realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Sampler, SpanExporter, SpanProcessor } from "@opentelemetry/sdk-trace";
import { UserError } from "../base/problem.ts";
import type { ConfigOf } from "../base/registry.ts";
import { checkRegular } from "../base/regular-file.ts";
import { text } from "../base/units.ts";
import type { ExporterKind, PipelineContext, ProcessorKind, SamplerKind } from "./kinds.ts";

const fields = { path: text };
type Config = ConfigOf<typeof fields>;
const module = { name: "module", fields, main: "path", check } as const;

export const ownSampler: SamplerKind<typeof fields> = {
  ...module,
  about:
    "your own sampler: a module whose default export is an OpenTelemetry Sampler, its class, or a function making it",
  example: "module:./my-sampler.mjs",
  exampleFiles: {
    "my-sampler.mjs": "export default { shouldSample: () => ({ decision: 2 }), toString: () => 'Mine' };\n",
  },
  traced: true,
  async make(config, context) {
    return { sampler: await load<Sampler>(config, "shouldSample", { ...context }) };
  },
  volume: () => "unknown",
};

/** Spans that it drops itself are "still queued" in the ledger: taken and never handed to the exporter. */
export const ownProcessor: ProcessorKind<typeof fields> = {
  ...module,
  about:
    "your own processor: a module whose default export is a SpanProcessor's class, or a function making it, from {exporter}",
  example: "module:./my-processor.mjs",
  make: (config, exporter, context) => load<SpanProcessor>(config, "onEnd", { exporter, ...context }),
};

/** It must send to one of the given endpoints: what does not arrive there counts as lost on the way. */
export const ownExporter: ExporterKind<typeof fields> = {
  ...module,
  about:
    "your own exporter: a module whose default export is a SpanExporter's class, or a function making it, from {endpoints}",
  example: "module:./my-exporter.mjs",
  endpoint: "otlpHttp",
  make: (config, endpoints, context) => load<SpanExporter>(config, "export", { endpoints, ...context }),
};

async function check({ path }: Config, { baseDir }: PipelineContext): Promise<void> {
  try {
    checkRegular(resolve(baseDir, path));
  } catch {
    throw new UserError(`module:${path}: no such file, seen from ${baseDir}`);
  }
}

const { cache } = createRequire(import.meta.url);
/** How often a file was loaded. */
const loads = new Map<string, number>();

/**
 * The default export of the module, or what its class or function makes of `context`. Each load runs the file anew, and not
 * what the file imports: samplers that `simulate` makes stand for processes, and share no variable of the file.
 * @param method that identifies the part
 */
async function load<T>(
  config: Config,
  method: keyof T & string,
  context: PipelineContext & Readonly<Record<string, unknown>>,
): Promise<T> {
  await check(config, context);
  const { path } = config;
  const whole = realpathSync(resolve(context.baseDir, path));
  const { href } = pathToFileURL(whole);
  const count = (loads.get(href) ?? 0) + 1;
  loads.set(href, count);
  // CommonJS modules are kept by path alone
  delete cache[whole];
  const { default: exported } = (await import(count === 1 ? href : `${href}?load=${count}`)) as { default?: unknown };
  const made = await construct(exported, method, context);
  if (!has(made, method))
    throw new UserError(`module:${path}: its default export must be, or make, an object with ${method}()`);
  return made as T;
}

async function construct(exported: unknown, method: string, given: unknown): Promise<unknown> {
  if (typeof exported !== "function") return exported;
  if (has(exported.prototype, method)) return Reflect.construct(exported, [given]);
  return (exported as (given: unknown) => unknown)(given);
}

function has(value: unknown, method: string): boolean {
  return typeof value === "object" && value !== null && typeof Reflect.get(value, method) === "function";
}
