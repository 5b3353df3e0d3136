import { parse } from "yaml";
import { z } from "zod";
import { withVariables } from "./configuration.ts";
import type { Environment } from "./collector-kind.ts";

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

const SECONDS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Go's `1m30s`, or 0, in ms. */
const goText = z
  .string()
  .regex(/^0$|^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/)
  .transform((text) =>
    [...text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)].reduce(
      (sum, [, amount, unit]) => sum + Number(amount) * SECONDS[unit!]!,
      0,
    ),
  );

const goDuration = z.union([z.literal(0), goText]);

/** Defaults of exporterhelper and configretry in Collector v0.161.0. */
const queueSchema = z.object({
  enabled: z.boolean().default(true),
  sizer: z.enum(["requests", "items", "bytes"]).default("requests"),
  queue_size: z.number().default(1000),
  storage: z.string().optional(),
});
const retrySchema = z.object({
  enabled: z.boolean().default(true),
  max_interval: goDuration.prefault("30s"),
  max_elapsed_time: goDuration.prefault("5m"),
});
const exporterSchema = z.object({
  sending_queue: queueSchema.prefault({}),
  retry_on_failure: retrySchema.prefault({}),
});
const wholeSchema = z.object({
  exporters: z.record(z.string(), z.unknown()),
  processors: z.record(z.string(), z.unknown()).nullish(),
  service: z.object({ pipelines: z.record(z.string(), z.object({ processors: z.array(z.string()).nullish() })) }),
});

/** The queue of the first exporter that sends to the sink, by the text of a configuration; undefined if it cannot be read. */
export function sendingQueueIn(text: string, environment: Environment = {}): SendingQueue | undefined {
  const { exporters = {} } = readWhole(text, environment) ?? {};
  const own = Object.values(exporters).find((settings) => /\benv:SINK_URL\b/.test(JSON.stringify(settings)));
  const read = exporterSchema.safeParse(own);
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

/** What a configuration does with spans between receiver and exporter: to paste into another one. Undefined: nothing. */
export function processingIn(text: string, environment: Environment = {}): Processing | undefined {
  const { processors, service } = readWhole(text, environment) ?? {};
  const names = Object.entries(service?.pipelines ?? {}).find(([name]) => /^traces(\/|$)/.test(name))?.[1].processors;
  if (!names || names.length === 0) return undefined;
  return {
    processors: Object.fromEntries(names.map((name) => [name, processors?.[name] ?? {}])),
    service: { pipelines: { traces: { processors: names } } },
  };
}

export interface Processing {
  readonly processors: Readonly<Record<string, unknown>>;
  readonly service: { readonly pipelines: { readonly traces: { readonly processors: readonly string[] } } };
}

function readWhole(text: string, environment: Environment): z.infer<typeof wholeSchema> | undefined {
  try {
    return wholeSchema.safeParse(expanded(parse(text), environment)).data;
  } catch {
    return undefined;
  }
}

/** Every `${env:NAME:-DEFAULT}` replaced in a parsed document; a text that is one variable alone gets the type of its value. */
function expanded(value: unknown, environment: Environment): unknown {
  if (Array.isArray(value)) return value.map((item) => expanded(item, environment));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, expanded(item, environment)]));
  if (typeof value !== "string" || !value.includes("${env:")) return value;
  const replaced = withVariables(value, environment);
  return /^\$\{env:\w+:-[^}]*\}$/.test(value) ? parse(replaced) : replaced;
}
