import { parse } from "yaml";
import { z } from "zod";
import { UserError } from "../base/problem.ts";
import { duration } from "../base/units.ts";
import { readText } from "../base/regular-file.ts";
import type { CollectorFiles, Environment } from "./collector-kind.ts";

/** What a Collector's configuration says of where its spans can go. */
export interface CollectorFacts {
  /** It has a processor that keeps some spans only. */
  readonly samples: boolean;
  /** Its queue is on disk. */
  readonly persists: boolean;
  /** The exporters that send to the sink. */
  readonly sinkExporters: readonly string[];
  /** Absent: it has no page of span metrics. Else all spans that it has accepted are in it after so many ms. */
  readonly spanMetricsAfterMs?: number;
}

const SAMPLERS = /^(?:tail_sampling|probabilistic_sampler|filter|groupbytrace)(?:\/|$)/;

const SPAN_METRICS = /^span_?metrics(?:\/|$)/;
const TAIL_SAMPLING = /^tail_sampling(?:\/|$)/;
/** Until its tail_sampling looks at what is due. */
const TICK_MS = 1000;
/** A page that is renewed less often is not waited for. */
const MOST_INTERVAL_MS = 1000;

const schema = z.object({
  connectors: z.record(z.string(), z.unknown()).nullish(),
  processors: z.record(z.string(), z.unknown()).nullish(),
  exporters: z.record(z.string(), z.unknown()).nullish(),
  service: z
    .object({ pipelines: z.record(z.string(), z.object({ processors: z.array(z.string()).nullish() })).nullish() })
    .nullish(),
});
const flushed = z.object({ metrics_flush_interval: duration });
const decided = z.object({ decision_wait: duration.prefault("30s") });
const queued = z.object({ sending_queue: z.object({ storage: z.string() }) });

const VARIABLE = String.raw`\$\{env:(\w+):-([^}]*)\}`;
/** One that is all of a quoted text is no text, but what it stands for. */
const VARIABLES = new RegExp(`"${VARIABLE}"|${VARIABLE}`, "g");

/** The text with every `${env:NAME:-DEFAULT}` replaced, as a Collector does. */
export function withVariables(text: string, environment: Environment = {}): string {
  return text.replace(VARIABLES, (_, quoted?: string, usualQuoted?: string, name?: string, usual?: string) => {
    return environment[quoted ?? name!] ?? usualQuoted ?? usual!;
  });
}

/** Reads a configuration's file. Throws a `UserError` if it is none, or nothing in it sends to the sink. */
export function readCollectorFacts({
  configuration,
  environment,
}: Pick<CollectorFiles, "configuration" | "environment">): CollectorFacts {
  try {
    return collectorFacts(withVariables(readText(configuration), environment));
  } catch (error) {
    throw new UserError(`"${configuration}": ${(error as Error).message.split("\n", 1)[0]}`);
  }
}

/** Reads the text of a configuration. Throws the reason, if it is none or nothing in it sends to the sink. */
export function collectorFacts(text: string): CollectorFacts {
  const read = schema.safeParse(parseYaml(text));
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new UserError(`it is no configuration of a Collector: ${issue!.path.join(".")}: ${issue!.message}`);
  }
  const { connectors, exporters, service } = read.data;
  const toSink = Object.entries(exporters ?? {}).filter(([, settings]) =>
    /\benv:SINK_URL\b/.test(JSON.stringify(settings)),
  );
  if (toSink.length === 0)
    // oxlint-disable-next-line no-template-curly-in-string -- the Collector's own syntax
    throw new UserError(
      'no exporter of it sends to the sink: give one of type otlp_http traces_endpoint: "${env:SINK_URL}"',
    );
  const used = Object.values(service?.pipelines ?? {}).flatMap((pipeline) => pipeline.processors ?? []);
  const intervalMs = /\benv:PROMETHEUS_PORT\b/.test(JSON.stringify(exporters))
    ? settingOf(connectors, SPAN_METRICS, flushed)?.metrics_flush_interval
    : undefined;
  const waitMs = used.some((name) => TAIL_SAMPLING.test(name))
    ? (settingOf(read.data.processors, TAIL_SAMPLING, decided)?.decision_wait ?? 0) + TICK_MS
    : 0;
  return {
    samples: used.some((name) => SAMPLERS.test(name)),
    persists: toSink.some(([, settings]) => queued.safeParse(settings).success),
    sinkExporters: toSink.map(([name]) => name),
    ...(intervalMs !== undefined && intervalMs <= MOST_INTERVAL_MS && { spanMetricsAfterMs: waitMs + 2 * intervalMs }),
  };
}

/** What the first component of this name says. */
function settingOf<T>(
  components: Readonly<Record<string, unknown>> | null | undefined,
  name: RegExp,
  setting: z.ZodType<T>,
): T | undefined {
  const [, found] = Object.entries(components ?? {}).find(([key]) => name.test(key)) ?? [];
  return setting.safeParse(found).data;
}

function parseYaml(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new UserError(`it is no YAML: ${(error as Error).message.split("\n", 1)[0]}`);
  }
}
