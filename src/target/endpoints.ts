/** Where exporters send spans to. A path of `otlpGrpc` is the secret of the sink's receiver, see `grpcAddress`. */
export interface Endpoints {
  readonly otlpHttp: string;
  readonly otlpGrpc: string;
  readonly zipkin: string;
}

/** OpenTelemetry's and Zipkin's own: a Collector or a Zipkin server on the same machine. */
export const DEFAULT_ENDPOINTS: Endpoints = {
  otlpHttp: "http://localhost:4318/v1/traces",
  otlpGrpc: "http://localhost:4317",
  zipkin: "http://localhost:9411/api/v2/spans",
};

/** Address and metadata for OTLP/gRPC, which knows no path: the sink's secret goes as metadata. */
export function grpcAddress(endpoint: string): { url: string; headers: Readonly<Record<string, string>> } {
  const [, url, secret] = /^(\w+:\/\/[^/]+)\/(.+)$/.exec(endpoint) ?? [];
  if (secret === undefined) return { url: endpoint, headers: {} };
  return { url: url!, headers: { "x-spantoll-receiver": secret } };
}
