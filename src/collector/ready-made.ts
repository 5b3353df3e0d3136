import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { ConfigOf, Fields } from "../base/registry.ts";
import { count, period, share } from "../base/units.ts";
import { bin, type AnyCollector, type CollectorKind, type Environment } from "./collector-kind.ts";
import { COLLECTOR, JAEGER } from "./programs.ts";

const FOLDER = fileURLToPath(new URL("../../collectors/", import.meta.url));

/** The variable of a configuration's file, by the field that gives its value. */
const VARIABLES: Readonly<Record<string, (value: never) => [name: string, text: string]>> = {
  share: (share: number) => ["SAMPLING_PERCENTAGE", String(Number((share * 100).toPrecision(12)))],
  slow: (ms: number) => ["SLOW_MS", String(ms)],
  wait: (ms: number) => ["DECISION_WAIT", `${ms}ms`],
  traces: (traces: number) => ["NUM_TRACES", String(traces)],
  behind: (sampler: string) => ["SPANMETRICS_BEHIND", sampler === "none" ? "[]" : `[${sampler}]`],
  spans: (spans: number) => ["SPANS_PER_SECOND", String(spans)],
};
const ofShare = { share: share.prefault("0.1") };
const ofTail = { wait: period.prefault("2s"), traces: count().prefault("100000") };
const ofPolicies = { ...ofShare, slow: period.prefault("250ms"), ...ofTail };

/** A configuration that comes with Spantoll: collectors/NAME.yaml. */
function readyMade<F extends Fields = Fields>(
  name: string,
  about: string,
  { example = name, fields, main, program = COLLECTOR }: Partial<CollectorKind<F>> = {},
): AnyCollector {
  const alias = name.replaceAll("-", "_");
  return {
    name,
    about,
    example,
    fields: { ...fields, bin },
    ...(main !== undefined && { main }),
    ...(alias !== name && { aliases: { [alias]: name } }),
    program,
    file: () => `${FOLDER}${name}.yaml`,
    environment: environmentOf,
  };
}

function environmentOf(config: ConfigOf<Fields>): Environment {
  const variables = Object.entries(config).map(([key, value]) => VARIABLES[key]?.(value as never));
  return Object.fromEntries(variables.filter((variable) => variable !== undefined));
}

export const READY_MADE = [
  readyMade("pass-through", "sends on what it accepts, without processors"),
  readyMade("batch", "collects spans into larger batches"),
  readyMade("tail-sampling", "keeps traces with errors, slow ones, and a share of the others, after a wait", {
    example: "tail-sampling:share=0.05,slow=250ms,wait=2s,traces=100000",
    fields: ofPolicies,
  }),
  readyMade("probabilistic-sampler", "keeps a share of the traces, by trace id", {
    example: "probabilistic-sampler:0.1",
    fields: ofShare,
    main: "share",
  }),
  readyMade("rate-limit", "keeps so many spans a second, in whole traces", {
    example: "rate-limit:100",
    fields: { spans: count().prefault("100"), ...ofTail },
    main: "spans",
  }),
  readyMade("memory-limiter", "has too little memory on purpose, and refuses spans under load"),
  readyMade("persistent-queue", "keeps its queue on disk and retries, for outages of the backend"),
  readyMade("spanmetrics", "counts calls and durations of spans for Prometheus, before or behind a sampler", {
    example: "spanmetrics:behind=tail_sampling,share=0.05",
    fields: { behind: z.enum(["none", "tail_sampling", "probabilistic_sampler"]).prefault("none"), ...ofPolicies },
  }),
  readyMade("jaeger", "Jaeger v2: stores the spans in memory, and sends them on", { program: JAEGER }),
];
