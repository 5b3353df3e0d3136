import { stringify } from "yaml";
import type { BatchSettings } from "../estimate/advise/batch.ts";
import type { Variant } from "../plan/trial.ts";
import { endpointsOf, withQueue } from "./advise-environment.ts";

/** The version of the file format (OpenTelemetry declarative configuration) that is written. */
const FILE_FORMAT = "1.0";

/**
 * The variant as OpenTelemetry's declarative configuration, for OTEL_CONFIG_FILE. Undefined where the format, or the
 * JavaScript SDK that reads it, has no word for a part of it.
 */
export function declarativeText(
  variant: Variant,
  batch: BatchSettings | undefined,
  endpoint: string,
): string | undefined {
  const { sampler, exporter } = variant;
  const processor = variant.processor && withQueue(variant.processor, batch);
  if (processor === undefined || exporter === undefined) return undefined;
  const samplerNode = sampler.kind.declarative?.(sampler.config);
  const exporterNode = exporter.kind.declarative?.(exporter.config, endpointsOf(endpoint));
  const processorNode = exporterNode && processor.kind.declarative?.(processor.config, exporterNode);
  if (samplerNode === undefined || processorNode === undefined) return undefined;
  return stringify({
    file_format: FILE_FORMAT,
    resource: { attributes: [{ name: "service.name", value: "${OTEL_SERVICE_NAME:-unknown_service}" }] },
    propagator: { composite: [{ tracecontext: {} }, { baggage: {} }] },
    tracer_provider: { processors: [processorNode], sampler: samplerNode },
  });
}
