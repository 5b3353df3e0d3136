import type { SpanExporter } from "@opentelemetry/sdk-trace";
import type { ConfigOf } from "../../base/registry.ts";
import { count, duration, flag } from "../../base/units.ts";
import { grpcAddress } from "../endpoints.ts";
import type { Declarative, Environment, ExporterKind } from "../kinds.ts";

const TIMEOUT_MS = 10_000;
const CONCURRENCY = 30;

/** The defaults are the SDK's own. */
const fields = {
  gzip: flag.prefault("false"),
  /** Of one batch with all its retries. */
  timeout: duration.prefault(`${TIMEOUT_MS}ms`),
  /** Batches under way at once; further ones fail. */
  concurrency: count().prefault(String(CONCURRENCY)),
};
type Config = ConfigOf<typeof fields>;

export const otlpHttpProtobuf: ExporterKind<typeof fields> = {
  name: "otlp-http/protobuf",
  about: "OTLP over HTTP in protobuf, the specification's default",
  example: "otlp-http/protobuf:gzip",
  fields,
  aliases: {
    otlp: "otlp-http/protobuf",
    otlp_http: "otlp-http/protobuf",
    "http/protobuf": "otlp-http/protobuf",
    // by the names of the SDK's packages
    "otlp-proto": "otlp-http/protobuf",
  },
  endpoint: "otlpHttp",
  retryTimeoutMs: ({ timeout }) => timeout,
  async make(config, endpoints) {
    const { OTLPTraceExporter } = await import("@opentelemetry/exporter-trace-otlp-proto");
    return new OTLPTraceExporter(await settingsOf(config, endpoints.otlpHttp));
  },
  environment: (config, endpoints) => environmentOf(config, "http/protobuf", endpoints.otlpHttp),
  declarative: (config, endpoints) => declarativeOf(config, "otlp_http", endpoints.otlpHttp, { encoding: "protobuf" }),
};

export const otlpHttpJson: ExporterKind<typeof fields> = {
  name: "otlp-http/json",
  about: "OTLP over HTTP in JSON",
  example: "otlp-http/json:gzip",
  fields,
  aliases: { "http/json": "otlp-http/json" },
  endpoint: "otlpHttp",
  retryTimeoutMs: ({ timeout }) => timeout,
  async make(config, endpoints) {
    const { OTLPTraceExporter } = await import("@opentelemetry/exporter-trace-otlp-http");
    return new OTLPTraceExporter(await settingsOf(config, endpoints.otlpHttp));
  },
  environment: (config, endpoints) => environmentOf(config, "http/json", endpoints.otlpHttp),
  declarative: (config, endpoints) => declarativeOf(config, "otlp_http", endpoints.otlpHttp, { encoding: "json" }),
};

export const otlpGrpc: ExporterKind<typeof fields> = {
  name: "otlp-grpc",
  about: "OTLP over gRPC; unlike OTLP over HTTP it does not retry",
  example: "otlp-grpc:gzip",
  fields,
  aliases: { grpc: "otlp-grpc", otlp_grpc: "otlp-grpc" },
  endpoint: "otlpGrpc",
  async make(config, endpoints): Promise<SpanExporter> {
    const { OTLPTraceExporter } = await import("@opentelemetry/exporter-trace-otlp-grpc");
    const { Metadata } = await import("@grpc/grpc-js");
    const { url, headers } = grpcAddress(endpoints.otlpGrpc);
    return new OTLPTraceExporter({ ...(await settingsOf(config, url)), metadata: Metadata.fromHttp2Headers(headers) });
  },
  environment: (config, endpoints) => {
    const { url, headers } = grpcAddress(endpoints.otlpGrpc);
    const listed = Object.entries(headers).map(([name, value]) => `${name}=${value}`);
    const variables = environmentOf(config, "grpc", url);
    return (
      variables && { ...variables, ...(listed.length > 0 && { OTEL_EXPORTER_OTLP_TRACES_HEADERS: listed.join() }) }
    );
  },
  declarative: (config, endpoints) => declarativeOf(config, "otlp_grpc", endpoints.otlpGrpc, {}),
};

async function settingsOf({ gzip, timeout, concurrency }: Config, url: string) {
  const { CompressionAlgorithm } = await import("@opentelemetry/otlp-exporter-base");
  return {
    url,
    compression: gzip ? CompressionAlgorithm.GZIP : CompressionAlgorithm.NONE,
    timeoutMillis: timeout,
    concurrencyLimit: concurrency,
  };
}

/** No variable and no key of the file format sets the concurrency. */
function environmentOf(config: Config, protocol: string, endpoint: string): Environment | undefined {
  if (config.concurrency !== CONCURRENCY) return undefined;
  return {
    OTEL_TRACES_EXPORTER: "otlp",
    OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint,
    ...(config.gzip && { OTEL_EXPORTER_OTLP_COMPRESSION: "gzip" }),
    ...(config.timeout !== TIMEOUT_MS && { OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: String(config.timeout) }),
  };
}

function declarativeOf(
  config: Config,
  type: "otlp_http" | "otlp_grpc",
  endpoint: string,
  encoding: object,
): Declarative | undefined {
  if (config.concurrency !== CONCURRENCY) return undefined;
  const { gzip, timeout } = config;
  return { [type]: { endpoint, timeout, ...(gzip && { compression: "gzip" }), ...encoding } };
}
