import type { Variant } from "../../plan/trial.ts";
import { UserError } from "../../base/problem.ts";
import type { Registry } from "../../base/registry.ts";
import type { Endpoints } from "../../target/endpoints.ts";
import { DEFAULT_ENDPOINTS } from "../../target/endpoints.ts";
import { exporters } from "../../target/exporters/index.ts";
import type { ExporterKind, ProcessorKind, SamplerKind } from "../../target/kinds.ts";
import { processors } from "../../target/processors/index.ts";
import { samplers } from "../../target/samplers/index.ts";
import type { ExporterSpec, ProcessorSpec, SamplerSpec } from "../../spec/specs.ts";
import type { TargetSetting } from "./target-setting.ts";

/**
 * The OTEL_* variables that configure a service's own SDK to a variant, in any language.
 * Names and values: the OpenTelemetry specification, "Environment Variable Specification".
 * The service's name stays its own: OTEL_SERVICE_NAME would replace one that it sets in code.
 * Throws a `UserError` for a variant that these variables cannot express.
 */
export function otelEnvironment(setting: Pick<TargetSetting, "variant" | "endpoints">): Record<string, string> {
  const { variant, endpoints } = setting;
  const sampler = samplerVariables(variant.sampler);
  if (variant.processor === undefined || variant.exporter === undefined) return sampler;
  return {
    OTEL_PROPAGATORS: "tracecontext,baggage",
    OTEL_METRICS_EXPORTER: "none",
    OTEL_LOGS_EXPORTER: "none",
    ...sampler,
    ...processorVariables(variant.processor),
    ...exporterVariables(variant.exporter, endpoints),
  };
}

/** Throws a `UserError` naming the first variant that OTEL_* variables cannot express. */
export function checkExpressible(variants: readonly Variant[]): void {
  for (const variant of variants) otelEnvironment({ variant, endpoints: DEFAULT_ENDPOINTS });
}

export function samplerVariables(spec: SamplerSpec): Record<string, string> {
  const { kind, config } = spec;
  return expressible(samplers, spec.text, kind.environment?.(config));
}

export function processorVariables(spec: ProcessorSpec): Record<string, string> {
  const { kind, config } = spec;
  return expressible(processors, spec.text, kind.environment?.(config));
}

export function exporterVariables(spec: ExporterSpec, endpoints: Endpoints): Record<string, string> {
  const { kind, config } = spec;
  return expressible(exporters, spec.text, kind.environment?.(config, endpoints));
}

function expressible(
  { noun, kinds }: Registry<SamplerKind> | Registry<ProcessorKind> | Registry<ExporterKind>,
  canonical: string,
  variables: Readonly<Record<string, string>> | undefined,
): Record<string, string> {
  if (variables !== undefined) return { ...variables };
  const known = kinds.flatMap((kind) => (kind.environment ? [kind.name] : []));
  throw new UserError(
    `${noun} "${canonical}" cannot be set from outside: OTEL_* variables can set ${known.join(", ")}, with the values that OpenTelemetry has`,
  );
}
