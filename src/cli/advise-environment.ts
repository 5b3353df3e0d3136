import { UserError } from "../base/problem.ts";
import type { BatchSettings } from "../estimate/advise/batch.ts";
import type { Variant } from "../plan/trial.ts";
import { DEFAULT_ENDPOINTS, type Endpoints } from "../target/endpoints.ts";
import { exporters } from "../target/exporters/index.ts";
import { processors } from "../target/processors/index.ts";
import { exporterVariables, processorVariables, samplerVariables } from "../run/processes/otel-environment.ts";

export interface Environment {
  readonly variables: Readonly<Record<string, string>>;
  /** What these variables cannot say of the variant, each with the reason. */
  readonly inexpressible: readonly string[];
}

/** The endpoint that exporters use by default. */
export function endpointOf(exporter: string, given: string | undefined): string {
  const { kind } = exporters.parse(exporter);
  return given ?? DEFAULT_ENDPOINTS[kind.endpoint ?? "otlpHttp"];
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
  add(() => processorVariables(withQueue(processor, batch)));
  add(() => exporterVariables(exporter, endpointsOf(endpoint)));
  return { variables, inexpressible };
}

/** The processor with the advised queue, as a spec string. */
export function withQueue(processor: string, batch: BatchSettings | undefined): string {
  const { kind, config } = processors.parse(processor);
  if (kind.name !== "batch" || batch === undefined) return processor;
  const { timeout } = config as { readonly timeout: number };
  return `batch:queue=${batch.queue},batch=${batch.batch},delay=${batch.delayMs}ms,timeout=${timeout}ms`;
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
