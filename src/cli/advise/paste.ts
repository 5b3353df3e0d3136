import { stringify } from "yaml";
import type { QueueSettings } from "../../estimate/advise/deployment.ts";
import type { Processing } from "../../collector/configuration.ts";
import type { Variant } from "../../plan/variant.ts";
import type { Paste } from "../../report/advice/advice-page.ts";
import { DEFAULT_ENDPOINTS, type Endpoints } from "../../target/endpoints.ts";

/** What to configure: the variant chosen, what its services run, and the advised queue. */
export interface Settings {
  readonly variant: Variant;
  readonly service: Variant;
  readonly queue?: QueueSettings | undefined;
  /** Where traces go, as the user gave it. */
  readonly endpoint?: string | undefined;
  /** Of the Collector beside the variant: its processors, and the spans that a persistent queue must hold. */
  readonly collector?: { readonly processing: Processing | undefined; readonly persistSpans: number | undefined };
}

/** The configuration to paste, and a sentence for each part that it cannot express. */
export function pastesOf(settings: Settings): { readonly pastes: Paste[]; readonly gaps: string[] } {
  const { variables, missing } = environmentOf(settings);
  const yaml = declarativeOf(settings);
  const { kind, config } = settings.variant.sampler;
  const collector = kind.collector?.(config);
  const pastes: Paste[] = [
    {
      title: "Environment variables",
      about: "For the SDK of any language.",
      language: "sh",
      text: variablesText(variables),
    },
  ];
  if (yaml !== undefined) {
    pastes.push({
      title: "The same as a file",
      about:
        "Name it in OTEL_CONFIG_FILE and start Node with `startNodeSDK()` of @opentelemetry/sdk-node (the usual preload, auto-instrumentations-node/register, does not read it), or Python with the package opentelemetry-configuration.",
      language: "yaml",
      text: yaml,
    });
  }
  if (collector !== undefined) {
    pastes.push({
      title: "Collector",
      about: "Its traces pipeline needs tail_sampling before batch, and all spans of a trace in one Collector.",
      language: "yaml",
      text: stringify(collector),
    });
  }
  const beside = settings.collector && collectorSettings(settings.collector);
  if (beside !== undefined) {
    pastes.push({
      title: "Collector",
      about: "Put it into its configuration, beside its receivers and the endpoint of its exporter.",
      language: "yaml",
      text: stringify(beside),
    });
  }
  const byVariables = missing.map((part) => `OTEL_* variables cannot express ${part}: set it in code.`);
  return { pastes, gaps: [...byVariables, ...(yaml === undefined ? [NO_YAML] : [])] };
}

/** Undefined: nothing but receivers and exporters. */
function collectorSettings({ processing, persistSpans }: NonNullable<Settings["collector"]>): object | undefined {
  if (persistSpans === undefined) return processing;
  const sending_queue = {
    storage: "file_storage",
    sizer: "items",
    queue_size: 2 ** Math.ceil(Math.log2(persistSpans)),
  };
  return {
    extensions: { file_storage: { directory: "/var/lib/otelcol/queue", create_directory: true } },
    ...(processing && { processors: processing.processors }),
    exporters: { otlp_http: { sending_queue, retry_on_failure: { max_elapsed_time: "0s" } } },
    service: { extensions: ["file_storage"], ...processing?.service },
  };
}

const NO_YAML = "Declarative configuration cannot express this variant in the Node SDK.";

/** The OTEL_* variables of what services run, and the names of the parts that they cannot express. */
function environmentOf({ service, queue, endpoint }: Settings): {
  readonly variables: Readonly<Record<string, string>>;
  readonly missing: readonly string[];
} {
  const { sampler, processor, exporter } = service;
  const endpoints = endpointsOf(exporter?.kind.endpoint, endpoint);
  const parts = [
    [`sampler ${sampler.text}`, sampler.kind.environment?.(sampler.config)],
    [`processor ${processor?.text}`, processor?.kind.environment?.(withQueue(processor.config, queue))],
    [`exporter ${exporter?.text}`, exporter?.kind.environment?.(exporter.config, endpoints)],
  ] as const;
  return {
    variables: Object.assign({}, ...parts.map(([, variables]) => variables)) as Record<string, string>,
    missing: parts.flatMap(([name, variables]) => (variables === undefined ? [name] : [])),
  };
}

/** What services run as OpenTelemetry's declarative configuration; undefined if it cannot express a part. */
function declarativeOf({ service, queue, endpoint }: Settings): string | undefined {
  const { sampler, processor, exporter } = service;
  const samplerNode = sampler.kind.declarative?.(sampler.config);
  const exporterNode = exporter?.kind.declarative?.(exporter.config, endpointsOf(exporter.kind.endpoint, endpoint));
  const processorNode = exporterNode && processor?.kind.declarative?.(withQueue(processor.config, queue), exporterNode);
  if (samplerNode === undefined || processorNode === undefined) return undefined;
  return stringify({
    file_format: "1.0",
    resource: { attributes: [{ name: "service.name", value: "${OTEL_SERVICE_NAME:-unknown_service}" }] },
    propagator: { composite: [{ tracecontext: {} }, { baggage: {} }] },
    tracer_provider: { processors: [processorNode], sampler: samplerNode },
  });
}

function withQueue(config: object, queue: QueueSettings | undefined): never {
  return { ...config, ...(queue && { queue: queue.queue }) } as never;
}

const PATHS: Readonly<Record<keyof Endpoints, string>> = {
  otlpHttp: "/v1/traces",
  otlpGrpc: "",
  zipkin: "/api/v2/spans",
};

/** Where traces go. A base URL gets the path of the protocol, because the variable for traces is used as it stands. */
function endpointsOf(protocol: keyof Endpoints | undefined, given: string | undefined): Endpoints {
  if (given === undefined || protocol === undefined) return DEFAULT_ENDPOINTS;
  const url = new URL(given);
  const path = url.pathname.replace(/\/+$/, "");
  if (path.endsWith(PATHS[protocol])) return { ...DEFAULT_ENDPOINTS, [protocol]: given };
  url.pathname = path + PATHS[protocol];
  return { ...DEFAULT_ENDPOINTS, [protocol]: url.href };
}

/** `NAME=value` lines for a shell, a .env file or a container. Quoted only if a shell needs it: not every reader knows quotes. */
function variablesText(variables: Readonly<Record<string, string>>): string {
  const quoted = (value: string): string =>
    /^[\w.,:/@%+=-]*$/.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`;
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${quoted(value)}\n`)
    .join("");
}
