import type { Command } from "commander";
import type { z } from "zod";
import { UserError } from "../../base/problem.ts";
import { count, duration, period, rate, share } from "../../base/units.ts";
import type { Wishes } from "../../estimate/advise/advise.ts";
import type { Limits } from "../../estimate/advise/limits.ts";
import { defined, type Traffic } from "../../estimate/advise/traffic.ts";

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
  readonly endpoint?: string;
  readonly markdown?: true;
  readonly json?: true;
}

export function addOptions(command: Command): Command {
  return command
    .option("--max-cpu <limit>", "CPU that tracing may add, default no limit; e.g. 60us (a request), 0.5cores, 20%")
    .option("--max-p99 <time>", "p99 response time that tracing may add, default no limit; e.g. 2ms")
    .option("--min-errors <share>", "failed requests to keep, default no limit; e.g. 95%")
    .option("--max-spend <money>", "price of the stored spans a month, default no limit; e.g. 500")
    .option("--traffic <rate>", "requests of the whole service, default as measured; e.g. 3000/s, or 24000spans/s")
    .option("--instances <n>", "processes that share the traffic, default 1; e.g. 8")
    .option("--price-per-million <money>", "price of a million stored spans, default none; e.g. 2.00")
    .option("--export-latency <time>", "export of one batch in production, default as measured; e.g. 80ms")
    .option("--outage <time>", "time that the backend may be away without a lost span, default none; e.g. 5s")
    .option("--endpoint <url>", "destination of traces, default localhost; e.g. http://collector:4318")
    .option("--markdown", "print Markdown, default off")
    .option("--json", "print JSON, default off");
}

/** Reads the options. `spansPerRequest` turns spans a second into requests. Throws one `UserError` with all mistakes. */
export function wishesOf(options: AdviseOptions, spansPerRequest?: number): Wishes {
  const mistakes = missingOf(options);
  const read: Read = (name, text, expected, parse) => {
    const value = text === undefined ? undefined : parse(text);
    if (text !== undefined && value === undefined) mistakes.push(`${name} "${text}": expected ${expected}`);
    return value;
  };
  const wishes = {
    limits: readLimits(options, read),
    traffic: readTraffic(options, spansPerRequest, read),
    queue: defined({
      exportLatencyMs: read("--export-latency", options.exportLatency, TIME, (text) => as(period, text)),
      outageMs: read("--outage", options.outage, TIME, (text) => as(period, text)),
    }),
  };
  read("--endpoint", options.endpoint, "an http or https URL such as http://collector:4318", httpUrlOf);
  if (mistakes.length > 0) throw new UserError(mistakes);
  return defined<Wishes>(wishes) as Wishes;
}

/** The value of an option; undefined if it is absent or a mistake. */
type Read = <T>(
  name: string,
  text: string | undefined,
  expected: string,
  parse: (text: string) => T | undefined,
) => T | undefined;

const TIME = "a duration such as 80ms or 5s, above 0";
const CPU = "a time such as 60us, cores such as 0.5cores, or a share such as 20%";

function readLimits({ maxCpu, maxP99, minErrors, maxSpend }: AdviseOptions, read: Read): Limits {
  return defined<Limits>({
    ...read("--max-cpu", maxCpu, CPU, cpuLimitOf),
    maxP99Ms: read("--max-p99", maxP99, "a duration such as 2ms", (text) => as(duration, text.replace(/^\+/, ""))),
    minErrors: read("--min-errors", minErrors, "a share such as 95%", (text) => as(share, text)),
    maxSpend: read("--max-spend", maxSpend, "money a month such as 500", (text) =>
      moneyOf(text.replace(/\/month$/, "")),
    ),
  });
}

function readTraffic(options: AdviseOptions, spansPerRequest: number | undefined, read: Read): Traffic | undefined {
  const expected =
    spansPerRequest === undefined
      ? "requests a second such as 600/s (spans a second need a file with a ledger of spans)"
      : "requests a second such as 600/s, or spans a second such as 4800spans/s";
  const traffic = {
    requestsPerSecond: read("--traffic", options.traffic, expected, (text) => requestRateOf(text, spansPerRequest)),
    instances: read("--instances", options.instances ?? "1", "a whole number, at least 1", (text) =>
      as(count(1), text),
    ),
    pricePerMillion: read("--price-per-million", options.pricePerMillion, "money such as 2.00", moneyOf),
  };
  return traffic.requestsPerSecond === undefined ? undefined : (defined<Traffic>(traffic) as Traffic);
}

function missingOf({ traffic, instances, pricePerMillion, maxSpend, maxCpu, markdown, json }: AdviseOptions): string[] {
  const needs = (option: string, text: string | undefined, needed: string, given: string | undefined): string[] =>
    text === undefined || given !== undefined ? [] : [`${option} "${text}": it needs ${needed}`];
  return [
    ...needs("--instances", instances, "--traffic, such as 3000/s", traffic),
    ...needs("--price-per-million", pricePerMillion, "--traffic, such as 3000/s", traffic),
    ...needs("--max-spend", maxSpend, "--traffic, such as 3000/s", traffic),
    ...needs("--max-spend", maxSpend, "--price-per-million, such as 2.00", pricePerMillion),
    ...(maxCpu?.includes("core") ? needs("--max-cpu", maxCpu, "--traffic, such as 3000/s", traffic) : []),
    ...(markdown && json ? ["--markdown and --json both print to stdout: give one of them"] : []),
  ];
}

/** A percentage may be above 100, because tracing can more than double the CPU of a request; 25 without a unit is a mistake. */
function cpuLimitOf(text: string): Limits | undefined {
  const [, amount, unit = ""] = /^(\d+(?:\.\d+)?)\s?(%|cores?)?$/.exec(text) ?? [];
  if (amount === undefined) {
    const ms = as(period, text);
    return ms === undefined ? undefined : { maxCpuUs: ms * 1000 };
  }
  if (unit.startsWith("core")) return { maxCores: Number(amount) };
  if (unit === "%") return { maxCpuShare: Number((Number(amount) / 100).toPrecision(15)) };
  return Number(amount) <= 1 ? { maxCpuShare: Number(amount) } : undefined;
}

function moneyOf(text: string): number | undefined {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

function requestRateOf(text: string, spansPerRequest: number | undefined): number | undefined {
  const spans = / ?spans\/s$/;
  if (!spans.test(text)) return as(rate, text);
  const perSecond = as(rate, text.replace(spans, "/s"));
  return perSecond === undefined || spansPerRequest === undefined ? undefined : perSecond / spansPerRequest;
}

/** A shell splits at a blank, which `URL` accepts. */
function httpUrlOf(text: string): string | undefined {
  return /^https?:\/\/\S+$/i.test(text) && URL.canParse(text) ? text : undefined;
}

function as(quantity: z.ZodType<number, string>, text: string): number | undefined {
  return quantity.safeParse(text).data;
}
