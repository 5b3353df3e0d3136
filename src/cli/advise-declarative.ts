import { stringify } from "yaml";
import type { BatchSettings } from "../estimate/advise/batch.ts";
import type { Variant } from "../plan/trial.ts";
import { exporters } from "../target/exporters/index.ts";
import { processors } from "../target/processors/index.ts";
import { samplers } from "../target/samplers/index.ts";
import { withQueue } from "./advise-environment.ts";

type Node = Readonly<Record<string, unknown>>;

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
  const sampler = samplerNode(variant.sampler);
  const exporter = exporterNode(variant.exporter, endpoint);
  const processor = exporter && processorNode(withQueue(variant.processor, batch), exporter);
  if (sampler === undefined || processor === undefined) return undefined;
  return stringify({
    file_format: FILE_FORMAT,
    resource: { attributes: [{ name: "service.name", value: "${OTEL_SERVICE_NAME:-unknown_service}" }] },
    propagator: { composite: [{ tracecontext: {} }, { baggage: {} }] },
    tracer_provider: { processors: [processor], sampler },
  });
}

function samplerNode(canonical: string): Node | undefined {
  const { kind, config } = samplers.parse(canonical);
  const fields = config as Readonly<Record<string, unknown>>;
  if (kind.name === "always_on" || kind.name === "always_off") return { [kind.name]: {} };
  if (kind.name === "ratio") return { trace_id_ratio_based: { ratio: fields["ratio"] } };
  return kind.name === "parentbased" ? parentBasedNode(fields as Readonly<Record<string, string>>) : undefined;
}

/** The format's names for a parent-based sampler's delegates. */
const DELEGATES: Readonly<Record<string, string>> = {
  root: "root",
  remote_sampled: "remote_parent_sampled",
  remote_not_sampled: "remote_parent_not_sampled",
  local_sampled: "local_parent_sampled",
  local_not_sampled: "local_parent_not_sampled",
};

function parentBasedNode(fields: Readonly<Record<string, string>>): Node | undefined {
  const delegates = Object.entries(DELEGATES).map(([field, name]) => [name, samplerNode(fields[field]!)] as const);
  if (delegates.some(([, node]) => node === undefined)) return undefined;
  return { parent_based: Object.fromEntries(delegates) };
}

function processorNode(canonical: string, exporter: Node): Node | undefined {
  const { kind, config } = processors.parse(canonical);
  if (kind.name === "simple") return { simple: { exporter } };
  if (kind.name !== "batch") return undefined;
  const { queue, batch, delay, timeout } = config as { queue: number; batch: number; delay: number; timeout: number };
  return {
    batch: {
      schedule_delay: delay,
      export_timeout: timeout,
      max_queue_size: queue,
      max_export_batch_size: batch,
      exporter,
    },
  };
}

function exporterNode(canonical: string, endpoint: string): Node | undefined {
  const { kind, config } = exporters.parse(canonical);
  const { gzip, timeout } = config as { readonly gzip?: boolean; readonly timeout?: number };
  const common = { endpoint, timeout, ...(gzip === true && { compression: "gzip" }) };
  if (kind.name === "otlp-grpc") return { otlp_grpc: common };
  const [, encoding] = /^otlp-http\/(protobuf|json)$/.exec(kind.name) ?? [];
  return encoding === undefined ? undefined : { otlp_http: { ...common, encoding } };
}
