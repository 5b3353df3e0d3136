import type { Command } from "commander";
import { UserError } from "../base/problem.ts";
import { count, duration, EXPECTED, period, rate } from "../base/units.ts";
import type { Constraints } from "../estimate/advise/constraints.ts";
import type { Traffic } from "../estimate/advise/project.ts";
import type { Wishes } from "../estimate/advise/advise.ts";

const USUAL_BURST = "10s";

export interface AdviseOptions {
  readonly maxCpu?: string;
  readonly maxP99?: string;
  readonly minErrors?: string;
  readonly maxSpend?: string;
  readonly traffic?: string;
  readonly instances?: string;
  readonly pricePerMillion?: string;
  readonly exportLatency?: string;
  readonly outage?: string;
  readonly burst?: string;
  readonly burstFor?: string;
  readonly endpoint?: string;
  readonly json?: true;
}

export function withAdviseOptions(command: Command): Command {
  return command
    .option("--max-cpu <share>", "CPU per request above no tracing, at most: 5%")
    .option("--max-p99 <time>", "p99 above no tracing, at most: +2ms")
    .option("--min-errors <share>", "failed requests whose trace is kept, at least: 95%")
    .option("--max-spend <money>", "for the backend, at most: 500/month; needs --traffic and --price-per-million")
    .option("--traffic <rate>", "requests a second of the whole service: 3000/s; or the spans it starts: 24000spans/s")
    .option("--instances <n>", "processes that share the traffic")
    .option("--price-per-million <money>", "what the backend charges for a million spans: 2.00")
    .option("--export-latency <time>", "of one batch in production: 80ms")
    .option("--outage <time>", "how long the backend may be away without a span lost: 10s")
    .option("--burst <rate>", "the same in a burst: 9000/s, or 72000spans/s")
    .option("--burst-for <time>", `how long a burst lasts: ${USUAL_BURST}, unless told`)
    .option("--endpoint <url>", "where traces go, for what is to be pasted")
    .option("--json", "print the advice as JSON");
}

/**
 * Reads what the user wants; spans a second are divided by those that a request was measured to start. Throws one
 * `UserError` with all mistakes.
 */
export function wishesOf(options: AdviseOptions, spansPerRequest?: number): Wishes {
  const mistakes: string[] = [];
  const read = <T>(
    name: string,
    text: string | undefined,
    expected: string,
    parse: (text: string) => T | undefined,
  ) => {
    const value = text === undefined ? undefined : parse(text);
    if (text !== undefined && value === undefined) mistakes.push(`${name} "${text}": expected ${expected}`);
    return value;
  };
  const aShare = "a share such as 5% or 0.05";
  const aRate = `requests a second, such as 600/s${spansPerRequest === undefined ? " (the file does not tell how many spans a request starts)" : ", or the spans they start, such as 4800spans/s"}`;
  const requestsOf = (text: string): number | undefined => requestRateOf(text, spansPerRequest);
  const limits = defined<Constraints>({
    maxCpu: read("--max-cpu", options.maxCpu, aShare, shareOf),
    maxP99Ms: read("--max-p99", options.maxP99, "a duration such as +2ms", (text) =>
      durationOf(text.replace(/^\+/, "")),
    ),
    minErrors: read("--min-errors", options.minErrors, `${aShare}, at most 100%`, (text) => upTo(1, shareOf(text))),
    maxSpend: read("--max-spend", options.maxSpend, "money a month, such as 500/month", moneyAMonthOf),
  });
  const requestsPerSecond = read("--traffic", options.traffic, aRate, requestsOf);
  const traffic = {
    spansPerRequest: SPANS.test(options.traffic ?? "") ? spansPerRequest : undefined,
    instances: read(
      "--instances",
      options.instances,
      "a whole number, at least 1",
      (text) => count(1).safeParse(text).data,
    ),
    pricePerMillion: read("--price-per-million", options.pricePerMillion, "an amount such as 2.00", moneyOf),
  };
  const burstPerSecond = read("--burst", options.burst, aRate, requestsOf);
  const lastsMs = read("--burst-for", options.burstFor ?? USUAL_BURST, EXPECTED.period, periodOf);
  const batch = defined<Wishes["batch"]>({
    exportLatencyMs: read("--export-latency", options.exportLatency, EXPECTED.period, periodOf),
    outageMs: read("--outage", options.outage, EXPECTED.period, periodOf),
    burst: burstPerSecond && lastsMs ? { requestsPerSecond: burstPerSecond, lastsMs } : undefined,
  });
  // for what is to be pasted, and no wish of the advice itself
  read("--endpoint", options.endpoint, "an http or https URL, such as http://collector:4318/v1/traces", httpUrlOf);
  mistakes.push(...missingOf(options));
  if (mistakes.length > 0) throw new UserError(mistakes);
  if (requestsPerSecond === undefined) return { limits, batch };
  return { limits, batch, traffic: { requestsPerSecond, ...defined<Omit<Traffic, "requestsPerSecond">>(traffic) } };
}

function missingOf({ traffic, instances, pricePerMillion, maxSpend, burst, burstFor }: AdviseOptions): string[] {
  const needs = (option: string, text: string | undefined, needed: string, given: string | undefined): string[] =>
    text === undefined || given !== undefined ? [] : [`${option} "${text}": it needs ${needed} too`];
  return [
    ...needs("--instances", instances, "--traffic, such as 3000/s", traffic),
    ...needs("--price-per-million", pricePerMillion, "--traffic, such as 3000/s", traffic),
    ...needs("--max-spend", maxSpend, "--traffic, such as 3000/s", traffic),
    ...needs("--max-spend", maxSpend, "--price-per-million, such as 2.00", pricePerMillion),
    ...needs("--burst-for", burstFor, "--burst, such as 9000/s", burst),
  ];
}

/** Without the keys that are undefined. */
function defined<T extends object>(values: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}

/**
 * Unlike the shares of scenarios it may be above 1, as tracing can more than double a request's CPU; but then it has
 * its percent sign: who writes 25 does not mean 2,500 %.
 */
function shareOf(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(%?)$/.exec(text);
  if (match?.[2] === "" && Number(match[1]) > 1) return undefined;
  return match === null ? undefined : Number((Number(match[1]) / (match[2] === "%" ? 100 : 1)).toPrecision(15));
}

function upTo(most: number, value: number | undefined): number | undefined {
  return value !== undefined && value <= most ? value : undefined;
}

function moneyOf(text: string): number | undefined {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

function moneyAMonthOf(text: string): number | undefined {
  return moneyOf(text.replace(/\/month$/, ""));
}

const SPANS = / ?spans\/s$/;

/** `3000/s` requests, or `24000spans/s`, which are fewer requests. */
function requestRateOf(text: string, spansPerRequest: number | undefined): number | undefined {
  if (!SPANS.test(text)) return rate.safeParse(text).data;
  const spans = rate.safeParse(text.replace(SPANS, "/s")).data;
  return spans === undefined || spansPerRequest === undefined ? undefined : spans / spansPerRequest;
}

/** Without blanks, which a URL may be given with and a shell would split it at. */
function httpUrlOf(text: string): string | undefined {
  return /^https?:\/\/\S+$/i.test(text) && URL.canParse(text) ? text : undefined;
}

const periodOf = (text: string): number | undefined => period.safeParse(text).data;
const durationOf = (text: string): number | undefined => duration.safeParse(text).data;
