import { z } from "zod";
import { registry, specCodec, type Registry } from "../base/registry.ts";
import { bin, type AnyCollector, type CollectorKind } from "./collector-kind.ts";
import { COLLECTOR } from "./programs.ts";
import { READY_MADE } from "./ready-made.ts";

const none: CollectorKind = {
  name: "none",
  about: "no Collector: the service exports to the sink",
  example: "none",
  fields: {},
};

const fields = { file: z.string(), bin };

const file: CollectorKind<typeof fields> = {
  name: "file",
  about: "a configuration of your own, with OTLP_HTTP_PORT, OTLP_GRPC_PORT and SINK_URL from the environment",
  example: "file:my-collector.yaml,bin=/usr/bin/otelcol",
  fields,
  main: "file",
  program: COLLECTOR,
  file: (config) => config.file,
};

const named = registry<AnyCollector>("Collector", [none, ...READY_MADE, file]);

const parse: typeof named.parse = (text) => named.parse(withKind(text));

/** `FILE[,bin=PATH]`, or a name in its place: `my.yaml,bin=x` is `file:my.yaml,bin=x`, `batch,bin=x` is `batch:bin=x`. */
export const collectors: Registry<AnyCollector> = { ...named, parse, codec: specCodec(parse) };

function withKind(text: string): string {
  const [first] = text.split(/[,:]/, 1) as [string];
  if (/\.ya?ml$|[/\\]/.test(first)) return `${file.name}:${text}`;
  return text[first.length] === "," ? `${first}:${text.slice(first.length + 1)}` : text;
}
