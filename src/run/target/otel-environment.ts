import type { Variant } from "../../plan/variant.ts";
import { UserError } from "../../base/problem.ts";
import type { Registry } from "../../base/registry.ts";
import { DEFAULT_ENDPOINTS } from "../../target/endpoints.ts";
import { exporters } from "../../target/exporters/index.ts";
import type { ExporterKind, ProcessorKind, SamplerKind } from "../../target/kinds.ts";
import { processors } from "../../target/processors/index.ts";
import { samplers } from "../../target/samplers/index.ts";
import type { ServiceCommand } from "../../target/services/target-kind.ts";
import type { TargetSetting } from "./target-setting.ts";

/**
 * The OTEL_* variables that configure a service's own SDK to a variant, in any language.
 * Names and values: the OpenTelemetry specification, "Environment Variable Specification".
 * The service's name stays its own: OTEL_SERVICE_NAME would replace one that it sets in code.
 * Throws a `UserError` for a variant that these variables cannot express.
 */
export function otelEnvironment(
  setting: Pick<TargetSetting, "variant" | "endpoints" | "sdkReports">,
  { exporters: known, sdkMetrics, serviceName }: Pick<ServiceCommand, "exporters" | "sdkMetrics" | "serviceName">,
): Variables {
  const { variant, endpoints } = setting;
  const { sampler, processor, exporter } = variant;
  const ofSampler = expressible(samplers, sampler, sampler.kind.environment?.(sampler.config), insteadOf(sampler));
  if (processor === undefined || exporter === undefined) return ofSampler;
  if (known !== undefined && !known.includes(exporter.kind.name))
    throw new UserError(`exporter "${exporter.text}": this target has ${known.join(", ")}`);
  const ofExporter = expressible(exporters, exporter, exporter.kind.environment?.(exporter.config, endpoints));
  return {
    ...(serviceName !== undefined && { OTEL_SERVICE_NAME: serviceName }),
    OTEL_PROPAGATORS: "tracecontext,baggage",
    OTEL_METRICS_EXPORTER: "none",
    OTEL_LOGS_EXPORTER: "none",
    ...(setting.sdkReports && CAPTURED_HEADERS),
    ...ofSampler,
    ...expressible(processors, processor, processor.kind.environment?.(processor.config)),
    ...ofExporter,
    ...baseAddress(ofExporter),
    ...(sdkMetrics === true && setting.sdkReports && metricsVariables(endpoints)),
  };
}

/** Code often makes its exporter's address of this variable, as SDKs do, which append `/v1/traces` for HTTP. */
function baseAddress({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: traces }: Variables): Variables {
  return traces === undefined ? {} : { OTEL_EXPORTER_OTLP_ENDPOINT: traces.replace(/\/v1\/traces$/, "") };
}

/** Spans name their request: by instrumentation of Python, and of Java. */
const CAPTURED_HEADERS = {
  OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SERVER_REQUEST: "x-request-id",
  OTEL_INSTRUMENTATION_HTTP_SERVER_CAPTURE_REQUEST_HEADERS: "x-request-id",
};

/** Python's switch is its own; other SDKs report metrics of themselves if they export metrics at all. */
function metricsVariables({ otlpMetrics }: TargetSetting["endpoints"]): Record<string, string> {
  return {
    OTEL_METRICS_EXPORTER: "otlp",
    OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: "http/protobuf",
    OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: otlpMetrics,
    OTEL_PYTHON_SDK_INTERNAL_METRICS_ENABLED: "true",
  };
}

/** Throws a `UserError` naming the first variant that OTEL_* variables cannot express. */
export function checkExpressible(variants: readonly Variant[], command: ServiceCommand): void {
  const endpoints = { ...DEFAULT_ENDPOINTS, otlpMetrics: "" };
  for (const variant of variants) {
    const list = variant.instrumentation?.text;
    if (list !== undefined)
      throw new UserError(
        `--instrumentation "${list}": expected none for this target, which instruments itself (own_sdk)`,
      );
    otelEnvironment({ variant, endpoints, sdkReports: false }, command);
  }
}

/** How to learn what a sampler would keep that the service cannot be given. */
function insteadOf({ kind, text }: Variant["sampler"]): string {
  const collector =
    kind.tail === true ? "; or let a Collector decide: --sampler always_on --collector tail-sampling" : "";
  return `; to see what it would keep: bench --record traces.jsonl, then simulate traces.jsonl --sampler ${text}${collector}`;
}

type Variables = Readonly<Record<string, string>>;

/** What the kind of a spec gives, or a `UserError` with the kinds that give something. */
function expressible(
  { noun, kinds }: Registry<SamplerKind> | Registry<ProcessorKind> | Registry<ExporterKind>,
  { text }: { readonly text: string },
  variables: Variables | undefined,
  instead = "",
): Variables {
  if (variables !== undefined) return variables;
  const known = kinds.flatMap((kind) => (kind.environment ? [kind.name] : []));
  throw new UserError(
    `${noun} "${text}" cannot be set from outside: OTEL_* variables can set ${known.join(", ")}, with the values that OpenTelemetry has${instead}`,
  );
}
