import { z } from "zod";
import { mistakeIn, readJson } from "../base/document.ts";
import { didYouMean, UserError } from "../base/problem.ts";
import { count, duration, period, written } from "../base/units.ts";
import { samplerSpec } from "../spec/scenario.ts";
import { PRESETS, type PresetName, type Queries } from "./presets.ts";
import type { Span } from "./prometheus.ts";

const names = Object.keys(PRESETS) as PresetName[];
const matchers = z.string().regex(/^[^{}]*$/, 'matchers without braces, such as job="shop"');
const selector = z
  .string()
  .regex(/\$match\b/, "a PromQL selector with $match, such as process_cpu_seconds_total{$match}");
const optional = selector.or(z.literal(""));

export const observationTextSchema = z.strictObject({
  $schema: z.string().optional().describe("path of the JSON Schema, for completion in an editor"),
  about: z.string().default("").describe("the question that the observation asks"),
  service: z.string().min(1).describe("name of the service, for reports"),
  preset: z
    .enum(names)
    .describe(`names of the metrics; ${names.map((name) => `${name}: ${PRESETS[name].about}`).join("; ")}`),
  queries: z
    .strictObject({
      cpu: selector.optional().describe("counter of CPU seconds"),
      requests: selector.optional().describe("counter of requests"),
      latency: optional.optional().describe("histogram of answer times in seconds, classic or native"),
      memory: optional.optional().describe("bytes in use"),
      started: optional.optional().describe("Unix time at which the process has started"),
      lostSpans: z.record(z.string(), selector).optional().describe("counters of spans that were lost, by cause"),
    })
    .default({})
    .describe('PromQL selectors in place of those of the preset; "" asks for none'),
  match: matchers.default("").describe('matchers of every query, such as job="shop"'),
  variantLabel: z.string().default("variant").describe("label that has the variant as its value"),
  instanceLabel: z.string().optional().describe("label that names a replica; default instance, for kubernetes pod"),
  variants: z
    .record(z.string().min(1), samplerSpec)
    .describe('values of the variant label, and the sampler of each, such as {"none": "none", "tenth": "ratio:0.1"}'),
  matchers: z
    .record(z.string(), matchers)
    .default({})
    .describe('for variants without such a label: their matchers, such as {"none": "pod=~\\"shop-none-.*\\""}'),
  baseline: z.string().describe("the variant that others are compared with"),
  replicas: written(count()).optional().describe("replicas of each variant; default the most that a round shows"),
  rounds: z
    .union(
      [
        z
          .array(z.strictObject({ start: z.iso.datetime({ offset: true }), end: z.iso.datetime({ offset: true }) }))
          .min(1),
        written(count(1, 10_000)),
      ],
      { error: 'a number, or a list of {"start", "end"} in ISO 8601' },
    )
    .describe("start and end of each round, or how many rounds to observe from now on"),
  length: period.optional().describe("length of a round that is observed from now on, such as 10m"),
  settle: duration.prefault("30s").describe("left out at the start of each round"),
  window: period.optional().describe("a round is read in windows of this length; default one window"),
  scrape: period.prefault("15s").describe("scrape interval of Prometheus"),
  seed: written(count(0)).default(1).describe("seed of the order"),
  drive: z
    .strictObject({
      command: z.string().min(1).describe("shell command that restarts GROUP as VARIANT, and waits until it is ready"),
      groups: z.array(z.string().min(1)).optional().describe("groups of replicas; default one for each variant"),
      timeout: period.prefault("10m").describe("longest time that the command may take"),
    })
    .optional()
    .describe("with --drive: how to set a variant"),
});
type ObservationRead = z.output<typeof observationTextSchema>;

/** A plan for `observe`, validated: times in ms. */
export interface Observation extends Omit<
  ObservationRead,
  "queries" | "rounds" | "length" | "window" | "settle" | "scrape"
> {
  readonly queries: Queries;
  readonly instanceLabel: string;
  /** The rounds, if their times are given. */
  readonly times: readonly Span[] | undefined;
  readonly rounds: number;
  /** Of a round, without settling. */
  readonly lengthMs: number;
  readonly settleMs: number;
  readonly windowMs: number;
  readonly scrapeMs: number;
}

/** Fewer scrapes of a counter in a window say little. */
const LEAST_SCRAPES = 4;

/** Reads a plan. Throws one `UserError` with all mistakes. */
export function readObservation(path: string): Observation {
  const value = readJson(path);
  const read = observationTextSchema.safeParse(value);
  if (!read.success)
    throw new UserError(read.error.issues.map((issue) => `${path}: ${mistakeIn(issue, value, observationTextSchema)}`));
  const observation = settle(read.data);
  const mistakes = mistakesOf(observation, read.data);
  if (mistakes.length > 0) throw new UserError(mistakes.map((mistake) => `${path}: ${mistake}`));
  return observation;
}

function settle(read: ObservationRead): Observation {
  const { queries, rounds, length, window, settle: settleMs, scrape: scrapeMs, ...rest } = read;
  const preset = PRESETS[read.preset];
  const asked = Object.entries({ ...preset.queries, ...queries }).filter(
    ([, text]) => text !== "" && text !== undefined,
  );
  const times = Array.isArray(rounds)
    ? rounds.map(({ start, end }) => ({ startMs: Date.parse(start), endMs: Date.parse(end) }))
    : undefined;
  const shortest =
    times === undefined ? (length ?? 0) : Math.min(...times.map(({ startMs, endMs }) => endMs - startMs));
  const lengthMs = shortest - settleMs;
  return {
    ...rest,
    queries: Object.fromEntries(asked) as unknown as Queries,
    instanceLabel: read.instanceLabel ?? preset.instanceLabel,
    times,
    rounds: times?.length ?? Number(rounds),
    lengthMs,
    settleMs,
    windowMs: window ?? lengthMs,
    scrapeMs,
  };
}

function mistakesOf(observation: Observation, { length, rounds, drive }: ObservationRead): string[] {
  const { variants, baseline, matchers: own, times, windowMs, lengthMs, settleMs, scrapeMs } = observation;
  const known = Object.keys(variants);
  const unknown = (where: string, name: string): string[] =>
    known.includes(name) ? [] : [`${where} "${name}": expected one of ${known.join(", ")}${didYouMean(name, known)}`];
  const isTimed = Array.isArray(rounds);
  return [
    ...(known.length < 2 ? ["variants: expected two or more"] : []),
    ...unknown("baseline", baseline),
    ...Object.keys(own).flatMap((name) => unknown("matchers", name)),
    ...(isTimed || length !== undefined ? [] : ['length: expected the length of a round, such as "10m"']),
    ...(isTimed && length !== undefined ? ["length: expected none, because rounds gives the times"] : []),
    ...(isTimed && drive !== undefined ? ["rounds: expected a number, because drive starts the rounds"] : []),
    ...(times ?? []).flatMap(({ startMs, endMs }, at) =>
      endMs > startMs && startMs >= (times![at - 1]?.endMs ?? -Infinity)
        ? []
        : [`rounds.${at}: expected a start after the end of the round before, and an end after its start`],
    ),
    ...((isTimed || length !== undefined) && lengthMs < windowMs
      ? [`window "${windowMs}ms": expected at most a round without its settle of ${settleMs} ms, ${lengthMs} ms`]
      : []),
    ...(lengthMs > 0 && windowMs < LEAST_SCRAPES * scrapeMs
      ? [`window: ${windowMs} ms hold fewer than ${LEAST_SCRAPES} scrapes of ${scrapeMs} ms; expected a longer one`]
      : []),
    ...(drive?.groups !== undefined && new Set(drive.groups).size !== known.length
      ? [`drive.groups: expected as many as variants, ${known.length}`]
      : []),
  ];
}
