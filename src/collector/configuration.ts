import { parse } from "yaml";
import { z } from "zod";
import { UserError } from "../base/problem.ts";
import { readText } from "../base/regular-file.ts";
import type { Environment } from "./collector-kind.ts";

const components = z.record(z.string(), z.unknown()).nullish();
const schema = z.looseObject({
  extensions: components,
  connectors: components,
  processors: components,
  exporters: components,
  service: z
    .object({ pipelines: z.record(z.string(), z.object({ processors: z.array(z.string()).nullish() })).nullish() })
    .nullish(),
});
/** A Collector's configuration, its variables replaced. */
export type Configuration = z.infer<typeof schema>;

/** What `read` finds in the configuration of a file. Throws a `UserError` that names the file. */
export function readConfigurationFile<T>(
  { configuration: file, environment }: { readonly configuration: string; readonly environment?: Environment },
  read: (configuration: Configuration) => T,
): T {
  try {
    return read(readConfiguration(readText(file), environment));
  } catch (error) {
    throw new UserError(`"${file}": ${(error as Error).message.split("\n", 1)[0]}`);
  }
}

/** Reads the text of a configuration. Throws the reason, if it is none. */
export function readConfiguration(text: string, environment: Environment = {}): Configuration {
  const read = schema.safeParse(expanded(parse(text, QUIET), environment));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new UserError(`it is no configuration of a Collector: ${issue!.path.join(".")}: ${issue!.message}`);
}

/** Its warnings would go to stderr, with the text as it is. */
const QUIET = { logLevel: "error" } as const;
const VARIABLES = /\$\{env:(\w+)(?::-([^}]*))?\}/g;

/** Every `${env:NAME}` that is known, and every `${env:NAME:-DEFAULT}` replaced, as a Collector does: a text that is one variable alone gets the type of its value. */
function expanded(value: unknown, environment: Environment): unknown {
  if (Array.isArray(value)) return value.map((item) => expanded(item, environment));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, expanded(item, environment)]));
  if (typeof value !== "string") return value;
  const replaced = value.replace(VARIABLES, (text, name: string, usual = text) => environment[name] ?? usual);
  return /^\$\{env:[^}]*\}$/.test(value) && replaced !== value ? parse(replaced, QUIET) : replaced;
}

/** The exporters that send to the sink. */
function exportersToSink({ exporters }: Configuration): [name: string, settings: unknown][] {
  return Object.entries(exporters ?? {}).filter(([, settings]) => /\benv:SINK_URL\b/.test(JSON.stringify(settings)));
}

/** The folders that it names for its queues on disk, and to compact them. */
export function storageFolders({ extensions }: Configuration): string[] {
  const storages = Object.entries(extensions ?? {}).filter(([name]) => /^file_storage(\/|$)/.test(name));
  const folders = storages.flatMap(([, settings]) => {
    const { directory, compaction } = stored.safeParse(settings).data ?? {};
    return [directory, compaction?.directory];
  });
  return folders.filter((folder) => folder !== undefined);
}

/** What a Collector's configuration says of where its spans can go. */
export interface CollectorFacts {
  /** It has a processor that keeps some spans only. */
  readonly samples: boolean;
  /** Its queue is on disk. */
  readonly persists: boolean;
  /** The exporters that send to the sink. */
  readonly sinkExporters: readonly string[];
  /** Absent: it decides at once. Else it decides on a trace so many ms after its first span. */
  readonly decisionMs?: number;
  /** Absent: it has no page of span metrics. Else all spans that it has accepted are in it after so many ms. */
  readonly spanMetricsAfterMs?: number;
  /** Absent: what it keeps does not depend on when it decides. Else all that it has accepted is decided, at its own pace, after so many ms. */
  readonly decidedAfterMs?: number;
}

const SAMPLERS = /^(?:tail_sampling|probabilistic_sampler|filter|groupbytrace)(?:\/|$)/;
const SPAN_METRICS = /^span_?metrics(?:\/|$)/;
export const TAIL_SAMPLING = /^tail_sampling(?:\/|$)/;
/** The default of tail_sampling; also taken for a wait that cannot be read. */
const DECISION_MS = 30_000;
/** Until its tail_sampling looks at what is due. */
const TICK_MS = 1000;
/** Policies of tail_sampling that keep so much a second. At its end a Collector decides all that is left at once. */
const LIMITING = /"type":"(?:rate_limiting|bytes_limiting|composite)"/;
/** A page that is renewed less often is not waited for. */
const MOST_INTERVAL_MS = 1000;

const flushed = z.object({ metrics_flush_interval: goDuration() });
const decided = z.object({ decision_wait: goDuration() });
const named = z.string().optional().catch(undefined);
const stored = z.object({ directory: named, compaction: z.object({ directory: named }).optional().catch(undefined) });
const queued = z.object({ sending_queue: z.object({ storage: z.string() }) });

/** The processors that a pipeline uses and that keep some spans only. */
export function samplersIn({ service }: Configuration): string[] {
  const used = Object.values(service?.pipelines ?? {}).flatMap((pipeline) => pipeline.processors ?? []);
  return [...new Set(used)].filter((name) => SAMPLERS.test(name));
}

/** Throws a `UserError` if nothing in the configuration sends to the sink. */
export function collectorFacts(configuration: Configuration): CollectorFacts {
  const { connectors, processors, exporters } = configuration;
  const toSink = exportersToSink(configuration);
  if (toSink.length === 0)
    // oxlint-disable-next-line no-template-curly-in-string -- the Collector's own syntax
    throw new UserError(
      'no exporter of it sends to the sink: give one of type otlp_http traces_endpoint: "${env:SINK_URL}"',
    );
  const samplers = samplersIn(configuration);
  const intervalMs = /\benv:PROMETHEUS_PORT\b/.test(JSON.stringify(exporters))
    ? flushed.safeParse(Object.entries(connectors ?? {}).find(([name]) => SPAN_METRICS.test(name))?.[1]).data
        ?.metrics_flush_interval
    : undefined;
  const tail = samplers.find((name) => TAIL_SAMPLING.test(name));
  const { decision_wait: decisionMs = DECISION_MS } = decided.safeParse(tail && processors?.[tail]).data ?? {};
  const waitMs = tail === undefined ? 0 : decisionMs + TICK_MS;
  const isLimited = tail !== undefined && LIMITING.test(JSON.stringify(processors?.[tail]));
  return {
    samples: samplers.length > 0,
    persists: toSink.some(([, settings]) => queued.safeParse(settings).success),
    sinkExporters: toSink.map(([name]) => name),
    ...(intervalMs !== undefined && intervalMs <= MOST_INTERVAL_MS && { spanMetricsAfterMs: waitMs + 2 * intervalMs }),
    ...(tail !== undefined && { decisionMs: waitMs }),
    ...(isLimited && { decidedAfterMs: waitMs }),
  };
}

/** The queue of the exporter that sends to the backend, and how long it tries again. */
export interface SendingQueue {
  /** On disk: it outlives the Collector. */
  readonly persists: boolean;
  readonly size: number;
  readonly sizer: "requests" | "items" | "bytes";
  /** Longest pause between two attempts; drawn anew each time, it may be half as long again. */
  readonly maxIntervalMs: number;
  /** A batch is given up after this; Infinity: never. 0: it is not tried again. */
  readonly maxElapsedMs: number;
}

/** Defaults of exporterhelper and configretry in Collector v0.161.0. */
const exporterSchema = z.object({
  sending_queue: z
    .object({
      enabled: z.boolean().default(true),
      sizer: z.enum(["requests", "items", "bytes"]).default("requests"),
      queue_size: z.number().default(1000),
      storage: z.string().optional(),
    })
    .prefault({}),
  retry_on_failure: z
    .object({
      enabled: z.boolean().default(true),
      max_interval: goDuration().prefault("30s"),
      max_elapsed_time: goDuration().prefault("5m"),
    })
    .prefault({}),
});

/** Go's `1m30s`, or 0, in ms. */
function goDuration() {
  const part = /(\d+(?:\.\d+)?)(ns|[uµ]s|ms|s|m|h)/g;
  const unitMs: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1e3, m: 6e4, h: 36e5 };
  const sum = (text: string): number =>
    [...text.matchAll(part)].reduce((total, [, number, unit]) => total + Number(number) * unitMs[unit!]!, 0);
  return z.union([
    z.literal(0),
    z.literal("0").transform(() => 0),
    z
      .string()
      .regex(new RegExp(`^(?:${part.source})+$`))
      .transform(sum),
  ]);
}

/** The queue of the first exporter that sends to the sink; undefined if it has none, or cannot be read. */
export function sendingQueueIn(configuration: Configuration): SendingQueue | undefined {
  const read = exporterSchema.safeParse(exportersToSink(configuration)[0]?.[1]);
  if (!read.success) return undefined;
  const { sending_queue: queue, retry_on_failure: retry } = read.data;
  if (!queue.enabled) return undefined;
  return {
    persists: queue.storage !== undefined,
    size: queue.queue_size,
    sizer: queue.sizer,
    maxIntervalMs: retry.max_interval,
    maxElapsedMs: retry.enabled ? retry.max_elapsed_time || Infinity : 0,
  };
}

/** What a configuration does with spans between receiver and exporter: to paste into another one. */
export interface Processing {
  readonly processors: Readonly<Record<string, unknown>>;
  readonly service: { readonly pipelines: { readonly traces: { readonly processors: readonly string[] } } };
}

/** Undefined: nothing. */
export function processingIn({ processors, service }: Configuration): Processing | undefined {
  const pipelines = Object.entries(service?.pipelines ?? {});
  const names = pipelines.find(([name]) => /^traces(\/|$)/.test(name))?.[1].processors;
  if (!names || names.length === 0) return undefined;
  return {
    processors: Object.fromEntries(names.map((name) => [name, processors?.[name] ?? {}])),
    service: { pipelines: { traces: { processors: names } } },
  };
}
