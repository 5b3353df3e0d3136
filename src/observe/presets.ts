/**
 * PromQL selectors by what they read; observation.ts describes them. `$match` stands for the matchers of one variant; all
 * times are seconds, as Prometheus has it.
 */
export interface Queries extends Partial<Readonly<Record<"latency" | "memory" | "started", string>>> {
  readonly cpu: string;
  readonly requests: string;
  readonly lostSpans?: Readonly<Record<string, string>>;
}

interface Preset {
  readonly about: string;
  readonly instanceLabel: string;
  readonly queries: Queries;
}

/** A Collector's counter, whose name has a suffix or not, as its reader is set. */
const counter = (name: string): string => `{__name__=~"otelcol_${name}(_total)?",$match}`;

/** The names that `otel.sdk.*` have in Prometheus. */
const lostSpans = {
  "queue full": 'otel_sdk_processor_span_processed_total{error_type!="",$match}',
  "export failed": 'otel_sdk_exporter_span_exported_total{error_type!="",$match}',
};

const PROCESS = {
  cpu: "process_cpu_seconds_total{$match}",
  memory: "process_resident_memory_bytes{$match}",
  started: "process_start_time_seconds{$match}",
  lostSpans,
};

export const PRESETS = {
  process: {
    about: "any Prometheus client: process_cpu_seconds_total, http_requests_total",
    instanceLabel: "instance",
    queries: {
      ...PROCESS,
      requests: "http_requests_total{$match}",
      latency: "http_request_duration_seconds_bucket{$match}",
    },
  },
  "prom-client": {
    about: "Node.js with prom-client and express-prom-bundle",
    instanceLabel: "instance",
    queries: {
      ...PROCESS,
      requests: "http_request_duration_seconds_count{$match}",
      latency: "http_request_duration_seconds_bucket{$match}",
    },
  },
  uvicorn: {
    about: "Python with prometheus-fastapi-instrumentator",
    instanceLabel: "instance",
    queries: {
      ...PROCESS,
      requests: "http_requests_total{$match}",
      latency: "http_request_duration_highr_seconds_bucket{$match}",
    },
  },
  kubernetes: {
    about: "cAdvisor for CPU and memory, OpenTelemetry's HTTP metrics for requests",
    instanceLabel: "pod",
    queries: {
      cpu: 'container_cpu_usage_seconds_total{container!~"|POD",$match}',
      memory: 'container_memory_working_set_bytes{container!~"|POD",$match}',
      started: 'container_start_time_seconds{container!~"|POD",$match}',
      requests: "http_server_request_duration_seconds_count{$match}",
      latency: "http_server_request_duration_seconds_bucket{$match}",
      lostSpans,
    },
  },
  collector: {
    about: "a Collector by its own metrics: a request is a span that it accepts",
    instanceLabel: "instance",
    queries: {
      cpu: counter("process_cpu_seconds"),
      memory: '{__name__=~"otelcol_process_memory_rss(_bytes)?",$match}',
      requests: counter("receiver_accepted_spans"),
      lostSpans: {
        refused: counter("receiver_refused_spans"),
        "queue full": counter("exporter_enqueue_failed_spans"),
        "export failed": counter("exporter_send_failed_spans"),
      },
    },
  },
} as const satisfies Readonly<Record<string, Preset>>;

export type PresetName = keyof typeof PRESETS;
