import { parse } from "yaml";
import { UserError } from "../base/problem.ts";

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

/** Reads the text of a configuration. Throws a `UserError` if nothing in it sends to the sink. */
export function collectorFacts(text: string): CollectorFacts {
  const { exporters = {}, service } = parse(text) as {
    readonly exporters?: Readonly<Record<string, { readonly sending_queue?: { readonly storage?: string } } | null>>;
    readonly service?: { readonly pipelines?: Readonly<Record<string, { readonly processors?: readonly string[] }>> };
  };
  const toSink = Object.entries(exporters).filter(([, settings]) => /\benv:SINK_URL\b/.test(JSON.stringify(settings)));
  if (toSink.length === 0)
    // oxlint-disable-next-line no-template-curly-in-string -- the Collector's own syntax
    throw new UserError(
      'no exporter of it sends to the sink: give one of type otlp_http traces_endpoint: "${env:SINK_URL}"',
    );
  const processors = Object.values(service?.pipelines ?? {}).flatMap((pipeline) => pipeline.processors ?? []);
  return {
    samples: processors.some((name) => SAMPLERS.test(name)),
    persists: toSink.some(([, settings]) => settings?.sending_queue?.storage !== undefined),
    sinkExporters: toSink.map(([name]) => name),
  };
}
