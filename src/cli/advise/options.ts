import type { Command } from "commander";
import { z } from "zod";
import { UserError } from "../../base/problem.ts";
import { count, duration, period, rate, share, withUnits } from "../../base/units.ts";
import type { Wishes } from "../../estimate/advise/advise.ts";
import type { Limits } from "../../estimate/advise/limits.ts";
import { defined, type Traffic } from "../../estimate/advise/traffic.ts";
import { readOption } from "../read-option.ts";

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
  const read = <T>(option: string, schema: z.ZodType<T, string>, text: string | undefined): T | undefined => {
    try {
      return text === undefined ? undefined : readOption(option, schema, text);
    } catch (error) {
      mistakes.push((error as UserError).message);
      return undefined;
    }
  };
  const limits = defined<Limits>({
    ...read("--max-cpu", cpuLimit, options.maxCpu),
    maxP99Ms: read("--max-p99", duration, options.maxP99?.replace(/^\+/, "")),
    minErrors: read("--min-errors", share, options.minErrors),
    maxSpend: read("--max-spend", money, options.maxSpend?.replace(/\/month$/, "")),
  });
  const traffic = defined<Traffic>({
    requestsPerSecond: read("--traffic", requestRate(spansPerRequest), options.traffic),
    instances: read("--instances", count(), options.instances ?? "1"),
    pricePerMillion: read("--price-per-million", money, options.pricePerMillion),
  }) as Traffic;
  const queue = defined({
    exportLatencyMs: read("--export-latency", period, options.exportLatency),
    outageMs: read("--outage", period, options.outage),
  });
  read("--endpoint", httpUrl, options.endpoint);
  if (mistakes.length > 0) throw new UserError(mistakes);
  return defined<Wishes>({ limits, traffic: options.traffic === undefined ? undefined : traffic, queue }) as Wishes;
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

/** Text that `parse` turns into a value; undefined if it is not what was expected. `units`: likely ones. */
function textOf<T>(
  expected: string,
  parse: (text: string) => T | undefined,
  units: readonly string[] = [],
): z.ZodType<T, string> {
  return z.string().transform((text, context) => {
    const value = parse(text);
    if (value !== undefined) return value;
    const message = expected + withUnits(text, units, (meant) => parse(meant) !== undefined);
    context.issues.push({ code: "custom", message, input: text });
    return z.NEVER;
  });
}

const money = textOf("money such as 2.00", (text) => (/^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined));
/** A shell splits at a blank, which `URL` accepts. */
const httpUrl = textOf("an http or https URL such as http://collector:4318", (text) =>
  /^https?:\/\/\S+$/i.test(text) && URL.canParse(text) ? text : undefined,
);
/** A percentage may be above 100, because tracing can more than double the CPU of a request; 25 without a unit is a mistake, and 1 may be meant as a core. */
const cpuLimit = textOf(
  "a time such as 60us, cores such as 0.5cores, or a share such as 20%",
  (text): Limits | undefined => {
    const [, amount, unit = ""] = /^(\d+(?:\.\d+)?)\s?(%|cores?)?$/.exec(text) ?? [];
    if (amount === undefined) {
      const ms = period.safeParse(text).data;
      return ms === undefined ? undefined : { maxCpuUs: ms * 1000 };
    }
    if (unit.startsWith("core")) return { maxCores: Number(amount) };
    if (unit === "%") return { maxCpuShare: Number((Number(amount) / 100).toPrecision(15)) };
    return Number(amount) < 1 ? { maxCpuShare: Number(amount) } : undefined;
  },
  ["us", "%"],
);

function requestRate(spansPerRequest: number | undefined): z.ZodType<number, string> {
  const expected =
    spansPerRequest === undefined
      ? "requests a second such as 600/s (not spans a second: this file does not have the spans that a request starts)"
      : "requests a second such as 600/s, or spans a second such as 4800spans/s";
  const read = (text: string): number | undefined => {
    const spans = / ?spans\/s$/;
    const perSecond = rate.safeParse(text.replace(spans, "/s")).data;
    if (!spans.test(text) || perSecond === undefined) return perSecond;
    return spansPerRequest === undefined ? undefined : perSecond / spansPerRequest;
  };
  return textOf(expected, read, ["/s"]);
}
