/** Messages to and from the sink process. It has one receiver for each variant, each with ports and counts of its own. */

export interface ReceiverOptions {
  readonly id: string;
  /** Canonical spec string of the backend condition. */
  readonly condition: string;
  readonly seed: number;
}

/** Where exporters send to. Port numbers are the kernel's choice. */
export interface ReceiverEndpoints {
  /** `http://127.0.0.1:PORT/SECRET/v1/traces` */
  readonly otlpHttp: string;
  /** `http://127.0.0.1:PORT/SECRET`; gRPC has no path of its own, so exporters send the secret as metadata. */
  readonly otlpGrpc: string;
  /** `http://127.0.0.1:PORT/SECRET/v1/metrics`: for an SDK's metrics of itself. No condition acts on it. */
  readonly otlpMetrics: string;
  /** `http://127.0.0.1:PORT/SECRET/api/v2/spans` */
  readonly zipkin: string;
}

export interface SinkCounts {
  /** Unique span ids. */
  readonly received: number;
  /** Spans whose id had come before. */
  readonly duplicates: number;
  /** Spans refused by the condition in an answer that reports success otherwise (partial success). */
  readonly rejected: number;
  readonly batches: number;
  /** Batches by what exporter sends such: {"otlp-http/json with gzip": 12}. */
  readonly encodings: Readonly<Record<string, number>>;
  /** Spans of the largest batch. */
  readonly largestBatch: number;
  /** As sent: compressed bodies count as compressed. */
  readonly wireBytes: number;
  /** Of these, since the window opened. */
  readonly wireBytesInWindow: number;
  readonly bodyBytes: number;
  /** Requests the sink refused as malformed, by status: {"400": 2}. */
  readonly malformed: Readonly<Record<string, number>>;
  /** Requests that did not know the secret, and were refused. */
  readonly strangers: number;
  /** Requests the condition answered otherwise than with success, by what it did: {"503": 10, "hang": 1}. */
  readonly conditioned: Readonly<Record<string, number>>;
}

/**
 * Columnar; one row for each unique span. Ids are in big-endian order of the wire.
 * `name`, `service` index into `strings`. Absent: parentId 0n, requestId and adjustedCount NaN.
 */
export interface SpanTable {
  readonly strings: readonly string[];
  readonly traceIdHigh: BigUint64Array;
  readonly traceIdLow: BigUint64Array;
  readonly spanId: BigUint64Array;
  readonly parentId: BigUint64Array;
  readonly service: Uint32Array;
  readonly name: Uint32Array;
  /** OTLP SpanKind: 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: Uint8Array;
  /** OTLP StatusCode: 0 unset, 1 ok, 2 error. */
  readonly status: Uint8Array;
  /** µs since 1970. */
  readonly startUs: Float64Array;
  readonly durationUs: Float64Array;
  /** The harness's request id, from the span attribute `spantoll.request_id`, or a captured request header. */
  readonly requestId: Float64Array;
  /** 1 / inclusion probability from the tracestate (`ot=th:…`), else from attribute `sampler.adjusted_count` or Jaeger's `sampler.param`. */
  readonly adjustedCount: Float64Array;
}

/** Spans, and the requests they belong to (NaN: unknown). */
export type SpanIds = Pick<SpanTable, "traceIdHigh" | "traceIdLow" | "spanId" | "requestId">;

/** What a receiver has received. */
export interface ReceiverResult {
  readonly counts: SinkCounts;
  readonly spans: SpanTable;
  readonly rejected: SpanIds;
  /** Undefined if no SDK has reported metrics of itself. */
  readonly sdk: SdkSpanCounts | undefined;
  /** Why requests were refused as malformed or as strangers: the first few different reasons. */
  readonly refusals: readonly string[];
}

/** What SDKs report of themselves, summed over processes. Spans. Source: OpenTelemetry semantic conventions, "SDK metrics". */
export interface SdkSpanCounts {
  /** Processes that have reported. */
  readonly processes: number;
  readonly dropped: number;
  readonly recordOnly: number;
  readonly sampled: number;
  /** Started and not ended, of the sampled ones. */
  readonly live: number;
  /** By the processor, by error.type; "" without an error: handed to the exporter. */
  readonly processed: Readonly<Record<string, number>>;
  /** By the exporter, by error.type; "" without an error. */
  readonly exported: Readonly<Record<string, number>>;
}

/** IPC (serialization: advanced). The answer to a message has the id of the message. */
export type ToSink =
  | { readonly id: number; readonly type: "open"; readonly receiver: ReceiverOptions }
  /** Starts the clock of scripted conditions (`restart:at=5s`), and the count of the window's bytes. */
  | { readonly id: number; readonly type: "window-open"; readonly receiver: string }
  /** How many spans were received so far. */
  | { readonly id: number; readonly type: "received"; readonly receiver: string }
  /** How many of these span ids (8 bytes each, base64) were received. */
  | { readonly id: number; readonly type: "arrived"; readonly receiver: string; readonly spanIds: string }
  /** Ends a trial, whose counts are final. The receiver goes on as `next`, with counts that begin anew. */
  | { readonly id: number; readonly type: "turn"; readonly receiver: string; readonly next: string }
  /** Closes the ports and all connections; the counts are final. */
  | { readonly id: number; readonly type: "close"; readonly receiver: string };

export type FromSink =
  | { readonly type: "ready" }
  | { readonly id: number; readonly type: "opened"; readonly endpoints: ReceiverEndpoints }
  | { readonly id: number; readonly type: "ok" }
  | { readonly id: number; readonly type: "arrived"; readonly count: number }
  | ({ readonly id: number; readonly type: "closed" } & ReceiverResult)
  | { readonly id: number; readonly type: "failed"; readonly message: string };
