import type { Variant } from "../../plan/trial.ts";
import { UserError } from "../../base/problem.ts";
import { exporters } from "../../target/exporters/index.ts";
import { processors } from "../../target/processors/index.ts";
import { samplers } from "../../target/samplers/index.ts";
import type { TargetSetting } from "./target-processes.ts";

/**
 * The OTEL_* variables that configure a service's own SDK to a variant, in any language.
 * Names and values: the OpenTelemetry specification, "Environment Variable Specification".
 * Throws a `UserError` for a variant that these variables cannot express.
 */
export function otelEnvironment(
  setting: Pick<TargetSetting, "variant" | "endpoints">,
  service: string,
): Record<string, string> {
  const { variant, endpoints } = setting;
  if (variant.sampler === "none") return { OTEL_SDK_DISABLED: "true", OTEL_TRACES_EXPORTER: "none" };
  return {
    OTEL_SERVICE_NAME: service,
    OTEL_PROPAGATORS: "tracecontext,baggage",
    OTEL_METRICS_EXPORTER: "none",
    OTEL_LOGS_EXPORTER: "none",
    ...samplerVariables(variant.sampler),
    ...processorVariables(variant.processor),
    ...exporterVariables(variant.exporter, endpoints),
  };
}

/** Throws a `UserError` naming the first variant that OTEL_* variables cannot express. */
export function checkExpressible(variants: readonly Variant[]): void {
  const nowhere = { otlpHttp: "", otlpGrpc: "", zipkin: "" };
  for (const variant of variants) otelEnvironment({ variant, endpoints: nowhere }, "");
}

const SAMPLERS: Readonly<Record<string, string>> = {
  always_on: "always_on",
  always_off: "always_off",
  ratio: "traceidratio",
};

export function samplerVariables(canonical: string): Record<string, string> {
  const { kind, config } = samplers.parse(canonical);
  const fields = config as Record<string, unknown>;
  if (kind.name === "parentbased") {
    const root = samplers.parse(fields["root"] as string);
    const name = SAMPLERS[root.kind.name];
    const plain = canonical === samplers.parse(`parentbased:(${root.canonical})`).canonical;
    if (name !== undefined && plain) return withArgument(`parentbased_${name}`, root.config);
  }
  const name = SAMPLERS[kind.name];
  if (name !== undefined) return withArgument(name, config);
  throw new UserError(
    `sampler "${canonical}" cannot be set from outside: OTEL_TRACES_SAMPLER knows always_on, always_off, ratio, and parentbased around them`,
  );
}

function withArgument(name: string, config: { readonly ratio?: number }): Record<string, string> {
  return {
    OTEL_TRACES_SAMPLER: name,
    ...(config.ratio !== undefined && { OTEL_TRACES_SAMPLER_ARG: String(config.ratio) }),
  };
}

export function processorVariables(canonical: string): Record<string, string> {
  const { kind, config } = processors.parse(canonical);
  if (kind.name !== "batch") {
    throw new UserError(
      `processor "${canonical}" cannot be set from outside: OTEL_BSP_* configure the batch processor only`,
    );
  }
  const fields = config as { queue: number; batch: number; delay: number; timeout: number };
  return {
    OTEL_BSP_MAX_QUEUE_SIZE: String(fields.queue),
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: String(fields.batch),
    OTEL_BSP_SCHEDULE_DELAY: String(fields.delay),
    OTEL_BSP_EXPORT_TIMEOUT: String(fields.timeout),
  };
}

const PROTOCOLS: Readonly<Record<string, string>> = {
  "otlp-http/protobuf": "http/protobuf",
  "otlp-http/json": "http/json",
  "otlp-grpc": "grpc",
};

export function exporterVariables(canonical: string, endpoints: TargetSetting["endpoints"]): Record<string, string> {
  const { kind, config } = exporters.parse(canonical);
  const protocol = PROTOCOLS[kind.name];
  if (protocol === undefined || kind.endpoint === undefined) {
    throw new UserError(
      `exporter "${canonical}" cannot be set from outside: expected otlp-http/protobuf, otlp-http/json or otlp-grpc`,
    );
  }
  const { gzip } = config as { gzip?: boolean };
  return {
    OTEL_TRACES_EXPORTER: "otlp",
    OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoints[kind.endpoint as "otlpHttp"],
    ...(gzip === true && { OTEL_EXPORTER_OTLP_COMPRESSION: "gzip" }),
  };
}
