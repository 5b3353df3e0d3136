/** What driver and sink recorded of one trial. In memory only; of it the record keeps the `Fidelity`. */

/** An array or typed array. */
type Column<T> = ArrayLike<T> & Iterable<T>;

/** One row for each request, in columns. Times in µs from the opening of the measured window. */
export interface RequestColumns {
  /** `template` indexes into these. `fails`: its answer counts as a failure, whatever the status. */
  readonly templates: readonly { readonly route: string; readonly class: string; readonly fails?: boolean }[];
  readonly id: Column<number>;
  readonly template: Column<number>;
  readonly intendedUs: Column<number>;
  readonly completedUs: Column<number>;
  readonly responseTimeUs: Column<number>;
  /** From the send, without the driver's lateness. */
  readonly serviceTimeUs: Column<number>;
  /** HTTP status; 0 without an answer. */
  readonly status: Column<number>;
}

/** Which spans, and the request whose id they carry (else NaN). */
export interface SpanIdColumns {
  readonly traceIdHigh: Column<bigint>;
  readonly traceIdLow: Column<bigint>;
  readonly spanId: Column<bigint>;
  readonly requestId: Column<number>;
}

/** One row for each span that arrived, in columns. `service` and `name` index into `strings`. */
export interface SpanColumns extends SpanIdColumns {
  readonly strings: readonly string[];
  /** 0 for a root. */
  readonly parentId: Column<bigint>;
  readonly service: Column<number>;
  readonly name: Column<number>;
  /** OTLP SpanKind: 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: Column<number>;
  /** OTLP StatusCode: 0 unset, 1 ok, 2 error. */
  readonly status: Column<number>;
  /** µs since 1970. */
  readonly startUs: Column<number>;
  readonly durationUs: Column<number>;
  /** 1 / inclusion probability as the span carries it, else NaN. */
  readonly adjustedCount: Column<number>;
}

export interface Evidence {
  readonly requests: RequestColumns;
  readonly spans: SpanColumns;
  /** Absent without a ledger. */
  readonly losses?: Losses;
}

/** The sampled spans that did not arrive. */
export interface Losses {
  /** By the ledger. */
  readonly spans: number;
  /** Those whose ids are known; some may have arrived all the same. */
  readonly named: readonly SpanIdColumns[];
}
