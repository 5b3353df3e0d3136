/** Where exporters send to; the shape the sink gives them in. */
export interface InletEndpoints {
  readonly otlpHttp: string;
  readonly otlpGrpc: string;
  readonly zipkin: string;
}
