import { parse } from "yaml";
import { z } from "zod";
import { UserError } from "../base/problem.ts";
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
}

const SAMPLERS = /^(?:tail_sampling|probabilistic_sampler|filter|groupbytrace)(?:\/|$)/;

const schema = z.object({
  exporters: z.record(z.string(), z.unknown()).nullish(),
  service: z
    .object({ pipelines: z.record(z.string(), z.object({ processors: z.array(z.string()).nullish() })).nullish() })
    .nullish(),
});
const queued = z.object({ sending_queue: z.object({ storage: z.string() }) });

/** The text with every `${env:NAME:-DEFAULT}` replaced, as a Collector does. */
export function withVariables(text: string, environment: Environment = {}): string {
  return text.replaceAll(/\$\{env:(\w+):-([^}]*)\}/g, (_, name: string, usual: string) => environment[name] ?? usual);
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
  const { exporters, service } = read.data;
  const toSink = Object.entries(exporters ?? {}).filter(([, settings]) =>
    /\benv:SINK_URL\b/.test(JSON.stringify(settings)),
  );
  if (toSink.length === 0)
    // oxlint-disable-next-line no-template-curly-in-string -- the Collector's own syntax
    throw new UserError(
      'no exporter of it sends to the sink: give one of type otlp_http traces_endpoint: "${env:SINK_URL}"',
    );
  const processors = Object.values(service?.pipelines ?? {}).flatMap((pipeline) => pipeline.processors ?? []);
  return {
    samples: processors.some((name) => SAMPLERS.test(name)),
    persists: toSink.some(([, settings]) => queued.safeParse(settings).success),
    sinkExporters: toSink.map(([name]) => name),
  };
}

function parseYaml(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new UserError(`it is no YAML: ${(error as Error).message.split("\n", 1)[0]}`);
  }
}
