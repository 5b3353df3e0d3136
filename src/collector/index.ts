import { registry, specCodec, type Registry } from "../base/registry.ts";
import type { AnyCollector } from "./collector-kind.ts";
import { file } from "./file.ts";
import { none } from "./none.ts";
import { READY_MADE } from "./ready-made.ts";

const named = registry<AnyCollector>("Collector", [none, ...READY_MADE, file]);

const parse: typeof named.parse = (text) => named.parse(withKind(text));

/** `FILE[,bin=PATH]`, or a name in its place: `my.yaml,bin=x` is `file:my.yaml,bin=x`, `batch,bin=x` is `batch:bin=x`. */
export const collectors: Registry<AnyCollector> = { ...named, parse, codec: specCodec(parse) };

function withKind(text: string): string {
  const [first] = text.split(/[,:]/, 1) as [string];
  if (/\.ya?ml$|[/\\]/.test(first)) return `${file.name}:${text}`;
  return text[first.length] === "," ? `${first}:${text.slice(first.length + 1)}` : text;
}
