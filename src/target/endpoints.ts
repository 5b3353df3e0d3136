/** Where exporters send spans to. */
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
