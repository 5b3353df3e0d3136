import { UserError } from "../base/problem.ts";
import type { BatchSettings } from "../estimate/advise/batch.ts";
import type { Variant } from "../plan/trial.ts";
import { DEFAULT_ENDPOINTS, type Endpoints } from "../target/endpoints.ts";
import type { ExporterSpec, ProcessorSpec } from "../spec/specs.ts";
import { processors } from "../target/processors/index.ts";
import { exporterVariables, processorVariables, samplerVariables } from "../run/processes/otel-environment.ts";

export interface Environment {
  readonly variables: Readonly<Record<string, string>>;
  /** What these variables cannot say of the variant, each with the reason. */
  readonly inexpressible: readonly string[];
}

/** The endpoint that exporters use by default. */
export function endpointOf(exporter: ExporterSpec | undefined, given: string | undefined): string {
  return given ?? DEFAULT_ENDPOINTS[exporter?.kind.endpoint ?? "otlpHttp"];
}

/** The same address for every protocol. */
export function endpointsOf(endpoint: string): Endpoints {
  return { otlpHttp: endpoint, otlpGrpc: endpoint, zipkin: endpoint };
}

/** The OTEL_* variables that make a service's SDK this variant, with the advised batch settings. */
export function environmentOf(
  { sampler, processor, exporter }: Variant,
  batch: BatchSettings | undefined,
  endpoint: string,
): Environment {
  const inexpressible: string[] = [];
  const variables: Record<string, string> = {};
  const add = (part: () => Record<string, string>): void => {
    try {
      Object.assign(variables, part());
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      inexpressible.push(error.message);
    }
  };
  add(() => samplerVariables(sampler));
  if (processor) add(() => processorVariables(withQueue(processor, batch)));
  if (exporter) add(() => exporterVariables(exporter, endpointsOf(endpoint)));
  return { variables, inexpressible };
}

/** The processor with the advised queue. */
export function withQueue(processor: ProcessorSpec, batch: BatchSettings | undefined): ProcessorSpec {
  const { kind, config } = processor;
  if (kind.name !== "batch" || batch === undefined) return processor;
  const { timeout } = config as { readonly timeout: number };
  return processors.parse(
    `batch:queue=${batch.queue},batch=${batch.batch},delay=${batch.delayMs}ms,timeout=${timeout}ms`,
  );
}

/** `NAME=value` lines for a shell, a .env file or a container's environment. */
export function environmentText({ variables }: Environment): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${forShell(value)}`)
    .join("\n");
}

/** Quoted only where a shell would read it otherwise: not all that read such lines know quotes. */
function forShell(value: string): string {
  return /^[\w.,:/@%+=-]*$/.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`;
}
