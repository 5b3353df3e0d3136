import { isIPv4 } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { UserError } from "../base/problem.ts";

/** Samples of one series, oldest first. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly (readonly [atMs: number, value: number])[];
}

export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/** Prometheus did not answer, or could not: a later try may succeed. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
}

const ASK_MS = 30_000;
const RETRY_MS = 500;

const value = z.string().transform((text) => Number(text.replace("Inf", "Infinity")));
const nativeSchema = z.object({ buckets: z.array(z.tuple([z.number(), value, value, value])).default([]) });
const answerSchema = z.object({
  data: z.object({
    resultType: z.literal("matrix"),
    result: z.array(
      z.object({
        metric: z.record(z.string(), z.string()),
        values: z.array(z.tuple([z.number(), value])).default([]),
        histograms: z.array(z.tuple([z.number(), nativeSchema])).default([]),
      }),
    ),
  }),
});

/** Throws a `UserError` for what is no HTTP address, and for another machine unless `allowed` names it. */
export function readOrigin(text: string, allowed: readonly string[]): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new UserError(`--prometheus "${text}": expected an address such as http://127.0.0.1:9090`);
  if (url.username !== "" || url.password !== "")
    throw new UserError("--prometheus: expected an address without user and password");
  const { hostname } = url;
  const isLoopback =
    hostname === "localhost" || hostname === "[::1]" || (isIPv4(hostname) && hostname.startsWith("127."));
  if (!isLoopback && !allowed.includes(hostname))
    throw new UserError(`--prometheus "${text}": not on this machine; --allow-remote ${hostname} allows it`);
  url.search = url.hash = "";
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  return url;
}

/** The raw samples of a selector after `startMs` until `endMs`. Throws a `UserError` if Prometheus refuses it, else `NoAnswer`. */
export async function askSeries(
  origin: URL,
  selector: string,
  { startMs, endMs }: Span,
  signal?: AbortSignal,
): Promise<Series[]> {
  const body = new URLSearchParams({
    query: `${selector}[${Math.round(endMs - startMs)}ms]`,
    time: String(endMs / 1000),
  });
  const timeout = AbortSignal.timeout(ASK_MS);
  let response: Response;
  let text: string;
  try {
    response = await fetch(new URL("api/v1/query", origin), {
      method: "POST",
      body,
      redirect: "error",
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    text = await response.text();
  } catch (error) {
    const { message, cause } = error as Error;
    throw new NoAnswer(
      cause instanceof Error ? cause.message || String((cause as NodeJS.ErrnoException).code) : message,
    );
  }
  if (response.status === 400) throw new UserError(`query "${selector}": Prometheus refuses it: ${reasonIn(text)}`);
  if (!response.ok) throw new NoAnswer(`HTTP ${response.status}: ${reasonIn(text)}`);
  const answer = answerSchema.safeParse(parseJson(text));
  if (!answer.success) throw new NoAnswer("its answer is not that of Prometheus' HTTP API");
  return answer.data.data.result.flatMap(({ metric, values, histograms }) => [
    ...(values.length > 0 ? [{ labels: metric, samples: values.map(inMs) }] : []),
    ...classicSeries(metric, histograms),
  ]);
}

/** The same, again and again for `patienceMs` while there is no answer. */
export async function askPatiently(
  ask: () => Promise<Series[]>,
  patienceMs: number,
  signal?: AbortSignal,
): Promise<Series[]> {
  const untilMs = performance.now() + patienceMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof NoAnswer) || signal?.aborted || performance.now() >= untilMs) throw error;
      await sleep(RETRY_MS);
    }
  }
}

/** A native histogram as the series of a classic one: for each upper bound how many values are at most that. */
function classicSeries(
  labels: Series["labels"],
  samples: readonly (readonly [number, z.infer<typeof nativeSchema>])[],
): Series[] {
  const bounds = new Set(samples.flatMap(([, { buckets }]) => buckets.map(([, , high]) => high)));
  return [...bounds].map((bound) => ({
    labels: { ...labels, le: String(bound) },
    samples: samples.map(([at, { buckets }]) => {
      const upTo = buckets.filter(([, , high]) => high <= bound);
      return inMs([at, upTo.reduce((sum, [, , , count]) => sum + count, 0)]);
    }),
  }));
}

function inMs([seconds, sample]: readonly [number, number]): [number, number] {
  return [Math.round(seconds * 1000), sample];
}

function reasonIn(text: string): string {
  const { error } = (parseJson(text) ?? {}) as { error?: unknown };
  return (typeof error === "string" ? error : text).slice(0, 300).replaceAll("\n", " ");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
