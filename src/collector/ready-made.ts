import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { ConfigOf, Fields } from "../base/registry.ts";
import { count, period, share } from "../base/units.ts";
import { bin, type AnyCollector, type CollectorKind, type Environment } from "./collector-kind.ts";
import { COLLECTOR, JAEGER } from "./programs.ts";

const FOLDER = fileURLToPath(new URL("../../collectors/", import.meta.url));
/** A field of a ready-made configuration, and the variable that its file takes. */
interface Parameter {
  readonly name: string;
  readonly text: (value: never) => string;
}

const PARAMETERS: Readonly<Record<string, Parameter>> = {
  share: { name: "SAMPLING_PERCENTAGE", text: (value: number) => String(Number((value * 100).toPrecision(12))) },
  slow: { name: "SLOW_MS", text: String },
  wait: { name: "DECISION_WAIT", text: (value: number) => `${value}ms` },
  traces: { name: "NUM_TRACES", text: String },
  behind: { name: "SPANMETRICS_BEHIND", text: (sampler: string) => (sampler === "none" ? "[]" : `[${sampler}]`) },
  spans: { name: "SPANS_PER_SECOND", text: String },
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
  return Object.fromEntries(
    Object.entries(config).flatMap(([key, value]) => {
      const parameter = PARAMETERS[key];
      return parameter === undefined ? [] : [[parameter.name, parameter.text(value as never)]];
    }),
  );
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
