import { total } from "../base/sum-of.ts";
import type { Observation } from "./observation.ts";
import { increaseOf, perSecond, type Increase } from "./increase.ts";
import type { Series, Span } from "./prometheus.ts";

/** What Prometheus answered for one variant in one window, by query. */
export type Answer = { readonly [Query in "cpu" | "requests"]: readonly Series[] } & {
  readonly [Query in "latency" | "memory" | "started"]?: readonly Series[];
} & { readonly lostSpans: Readonly<Record<string, readonly Series[]>> };

/** A variant in a window: sums and means over its replicas. */
export interface Reading {
  readonly cpuUs: number;
  readonly requests: number;
  /** Of a replica. */
  readonly requestsPerSecond: number;
  /** Cores of a replica. */
  readonly coreShare: number;
  readonly memoryBytes: number | undefined;
  /** Requests that took at most so many seconds. */
  readonly latency: ReadonlyMap<number, number>;
  /** Earliest start of a replica's process. */
  readonly startedMs: number | undefined;
  readonly lostSpans: Readonly<Record<string, number>>;
}

interface Fault {
  readonly text: string;
  /** The window does not count. */
  readonly isVoid: boolean;
}

export interface WindowReading {
  readonly span: Span;
  readonly variants: Readonly<Record<string, Reading>>;
  readonly faults: readonly Fault[];
}

/** A counter must cover so much of the window, and hold so many of the scrapes that were due. */
const LEAST_COVER = 0.8;
/** Traffic of a replica between variants: from this on it is noted, and from that on the costs are not those of the same load. */
const UNEVEN = { noted: 0.05, void: 0.25 };

const RESTARTED = "restarted within the window";

/** Reads one window of all variants. Pure. `mostReplicas`: of each variant in the round, if the plan does not say. */
export function readWindow(
  plan: Pick<Observation, "instanceLabel" | "scrapeMs" | "replicas">,
  span: Span,
  answers: Readonly<Record<string, Answer>>,
  mostReplicas: Readonly<Record<string, number>>,
): WindowReading {
  const faults: Fault[] = [];
  const readings = Object.entries(answers).flatMap(([variant, answer]) => {
    const reasons = new Map<string, Set<string>>();
    const reading = readVariant(plan, span, answer, (reason, name) => {
      reasons.set(reason, (reasons.get(reason) ?? new Set()).add(name));
    });
    const found = namesOf(answer.cpu, plan.instanceLabel).length;
    const wanted = plan.replicas ?? mostReplicas[variant] ?? 0;
    if (found !== wanted) reasons.set(`${found} replicas, expected ${wanted}`, new Set());
    for (const [reason, names] of reasons)
      faults.push({ text: `${variant}: ${[namesText(names, found), reason].join(" ").trim()}`, isVoid: true });
    return reading === undefined ? [] : [[variant, reading] as const];
  });
  return { span, variants: Object.fromEntries(readings), faults: [...faults, ...unevenFault(readings)] };
}

/** The replicas that have samples. */
export function namesOf(series: readonly Series[], label: string): string[] {
  return [...new Set(series.flatMap(({ labels }) => labels[label] ?? []))];
}

/** `all 4 replicas`, or `shop-1 and 2 more`. */
function namesText(names: ReadonlySet<string>, all: number): string {
  const [first = "", ...others] = names;
  if (others.length === 0) return first;
  return names.size === all ? `all ${all} replicas` : `${first} and ${others.length} more`;
}

function readVariant(
  { instanceLabel, scrapeMs }: Pick<Observation, "instanceLabel" | "scrapeMs">,
  span: Span,
  answer: Answer,
  fault: (reason: string, name: string) => void,
): Reading | undefined {
  const byReplica = (series: readonly Series[] = []) =>
    Map.groupBy(series, ({ labels }) => labels[instanceLabel] ?? "");
  const [cpu, requests, memory] = [answer.cpu, answer.requests, answer.memory].map(byReplica);
  const names = namesOf([...answer.cpu, ...answer.requests], instanceLabel);
  if (names.length === 0) fault(`no series with the label ${instanceLabel}`, "");
  if (names.length === 0) return undefined;
  const seconds = (span.endMs - span.startMs) / 1000;
  let [coreShare, rate] = [0, 0];
  for (const name of names) {
    const burnt = increaseOf(cpu!.get(name) ?? [], scrapeMs, false);
    const served = increaseOf(requests!.get(name) ?? [], scrapeMs, true);
    for (const reason of [...gapsOf(burnt, "CPU", span, scrapeMs), ...gapsOf(served, "requests", span, scrapeMs)])
      fault(reason, name);
    coreShare += burnt === undefined ? 0 : perSecond(burnt);
    rate += served === undefined ? 0 : perSecond(served);
  }
  if (rate === 0) fault("no request was counted", "");
  const starts = (answer.started ?? []).flatMap(({ samples }) => samples.map(([, at]) => at * 1000));
  // cAdvisor begins a new series with each container
  const ofContainers = Map.groupBy(answer.started ?? [], ({ labels }) =>
    JSON.stringify([labels[instanceLabel], labels["container"]]),
  );
  for (const series of ofContainers.values())
    if (new Set(series.flatMap(({ samples }) => samples.map(([, at]) => at))).size > 1)
      fault(RESTARTED, series[0]!.labels[instanceLabel] ?? "");
  return {
    cpuUs: coreShare * seconds * 1e6,
    requests: Math.round(rate * seconds),
    requestsPerSecond: rate / names.length,
    coreShare: coreShare / names.length,
    memoryBytes:
      (answer.memory ?? []).length === 0
        ? undefined
        : total(names, (name) => total(memory!.get(name) ?? [], meanOf)) / names.length,
    latency: bucketsOf(answer.latency ?? [], instanceLabel, scrapeMs),
    startedMs: starts.length === 0 ? undefined : starts.reduce((least, ms) => Math.min(least, ms)),
    lostSpans: Object.fromEntries(
      Object.entries(answer.lostSpans).map(([cause, series]) => [cause, growthOf(series, instanceLabel, scrapeMs)]),
    ),
  };
}

/** Why a counter does not stand for the window, in words. */
function gapsOf(increase: Increase | undefined, what: string, { startMs, endMs }: Span, scrapeMs: number): string[] {
  if (increase === undefined) return [`with fewer than two scrapes of ${what}`];
  const { firstMs, lastMs, scrapes, resets } = increase;
  const due = Math.floor((endMs - startMs) / scrapeMs);
  if (resets > 0) return [RESTARTED];
  if (lastMs - firstMs < LEAST_COVER * (endMs - startMs - scrapeMs))
    return [`${lastMs < endMs - 2 * scrapeMs ? "vanished" : "appeared"} within the window`];
  return scrapes < LEAST_COVER * due ? [`with ${scrapes} of ${due} scrapes`] : [];
}

function unevenFault(readings: readonly (readonly [string, Reading])[]): Fault[] {
  const rates = readings.toSorted(([, a], [, b]) => a.requestsPerSecond - b.requestsPerSecond);
  const [least, most] = [rates[0], rates.at(-1)];
  if (least === undefined || most === undefined || least[1].requestsPerSecond === 0) return [];
  const excess = most[1].requestsPerSecond / least[1].requestsPerSecond - 1;
  if (excess <= UNEVEN.noted) return [];
  const text = `uneven traffic: a replica of ${most[0]} gets ${Math.round(excess * 100)} % more than one of ${least[0]}`;
  return [{ text, isVoid: excess > UNEVEN.void }];
}

/** Growth of the buckets of all replicas together. */
function bucketsOf(series: readonly Series[], instanceLabel: string, scrapeMs: number): ReadonlyMap<number, number> {
  const byBound = Map.groupBy(series, ({ labels }) => Number(labels["le"]?.replace("Inf", "Infinity")));
  const grown = [...byBound].map(([bound, own]) => [bound, growthOf(own, instanceLabel, scrapeMs)] as const);
  return new Map(grown.filter(([bound]) => !Number.isNaN(bound)).toSorted(([a], [b]) => a - b));
}

/** Of counters, all replicas together. */
function growthOf(series: readonly Series[], instanceLabel: string, scrapeMs: number): number {
  const byReplica = Map.groupBy(series, ({ labels }) => labels[instanceLabel] ?? "");
  return total(byReplica.values(), (own) => increaseOf(own, scrapeMs, true)?.delta ?? 0);
}

function meanOf({ samples }: Series): number {
  return total(samples, ([, value]) => value) / samples.length;
}
