/** The list that `bench --check` prints, from what was observed. */
import { total } from "../../base/sum-of.ts";
import { causeText } from "./cause.ts";
import { causesOf } from "./causes.ts";
import { count, ok, unknown, wrong, type CheckLine } from "./check-line.ts";
import { exporterLine, flushLine, processorLine, samplerLine } from "./export-lines.ts";
import { tracesOf, type Observation, type Traces } from "./observation.ts";
import { answersFix, answersText } from "../target/unexpected-answers.ts";
import { doubledLine, nameLine, requestIdLine, rootsLine, setUpLines } from "./trace-lines.ts";

/** `sampled`: one for each sampler that was asked. */
export interface Observations {
  readonly ownSdk: boolean;
  readonly noneCommand: string | undefined;
  readonly baseline: Observation | undefined;
  readonly traced: Observation | undefined;
  readonly flushed: Observation | undefined;
  readonly sampled: readonly Observation[];
}

export function linesOf(observations: Observations): CheckLine[] {
  const { traced, baseline, flushed, sampled } = observations;
  const started = startLines([
    ...[baseline, traced].map((seen) => ({ seen })),
    { seen: flushed, purpose: " for the flush at exit" },
    ...sampled.map((seen) => ({ seen })),
  ]);
  if (traced === undefined || traced.failure !== undefined) return [...started, ...present(baselineLine(observations))];
  const traces = tracesOf(traced);
  const isTraced = traces.count > 0;
  const whole = isTraced && hasRightAnswers(traced) ? [rootsLine(traced, traces)] : [];
  const hasRoots = whole.every(({ word }) => word !== "wrong");
  const isLossy = whole.some(({ word }) => word === "unknown");
  return [
    ...started,
    ...present(
      processLine(traced),
      ...(isTraced ? setUpLines(traced) : []),
      arrivalLine(traced, traces),
      ...(isTraced ? [exporterLine(traced), nameLine(traces), ...whole, doubledLine(traced, traces)] : []),
      ...(isTraced ? [requestIdLine(traces), processorLine(traced)] : []),
      isTraced && flushed && hasRightAnswers(flushed) && flushLine(flushed, traces.served / traced.answered),
      ...(isTraced && hasRoots ? sampled.filter(hasRightAnswers).map((one) => samplerLine(one, isLossy)) : []),
      baselineLine(observations),
    ),
  ];
}

function present(...lines: readonly (CheckLine | undefined | false)[]): CheckLine[] {
  return lines.filter((line) => line !== undefined && line !== false);
}

/** Counts of requests and traces can be compared: a wrong answer may come from before the service's tracing. */
function hasRightAnswers({ failure, answered, sent }: Observation): boolean {
  return failure === undefined && answered === sent;
}

/** A start of the service, and what it was for if its variant does not say so. */
interface Start {
  readonly seen: Observation | undefined;
  readonly purpose?: string;
}

function startLines(starts: readonly Start[]): CheckLine[] {
  const all = starts.flatMap(({ seen }) => seen ?? []);
  const failed = all.filter(({ failure }) => failure !== undefined);
  if (failed.length > 0)
    return failed.map(({ variant, failure }) => {
      const [text, fix] = failure!.message
        .split("\n", 2)
        .join(": ")
        .split(/: (?=have |give |add |if |it must )/, 2);
      return wrong("start", `${variant.id}: ${text}`, fix ?? "start the command by hand, with PORT set");
    });
  // one start for each way to answer
  const byWay = Map.groupBy(
    all.map(({ unexpected }) => unexpected).filter(({ length }) => length > 0),
    (unexpected) =>
      unexpected
        .map(({ route, status }) => `${route} ${status}`)
        .toSorted()
        .join(),
  );
  if (byWay.size === 0) return [ok("answers", askedText(starts))];
  return [...byWay.values()].map(([first]) => wrong("answers", answersText(first!), answersFix(first!)));
}

/** What each start was asked: the lines below give their counts of these. */
function askedText(starts: readonly Start[]): string {
  const asked = starts.flatMap(({ seen, purpose = "" }) =>
    seen === undefined ? [] : [{ ...seen, name: `${seen.variant.id}${purpose}`, requests: seen.sent + seen.probes }],
  );
  const first = asked.some(({ probes }) => probes > 0) ? ", the first as it started" : "";
  const each = asked.map(({ name, requests }) => `${name} ${requests}`).join(", ");
  return `as expected to all ${count(
    total(asked, ({ requests }) => requests),
    "request",
  )}: ${each}${first}`;
}

function processLine({ listeners, cpuUs, processes, sent, variant }: Observation): CheckLine | undefined {
  if (cpuUs === undefined) return unknown("measured process", "the kernel does not report its CPU");
  const used = `${(cpuUs / 1000).toFixed(0)} ms of CPU for ${count(sent, "request")} of ${variant.id}`;
  const who = listeners.length === 0 ? "the target's own" : [...new Set(listeners)].join(" and ");
  return ok(
    "measured process",
    `${who}; ${used}${processes === 1 ? "" : `, in all ${processes} processes that the command started`}`,
  );
}

function arrivalLine(traced: Observation, traces: Traces): CheckLine {
  const { received } = traced.result.counts;
  const check = "spans arrive";
  const requests = traced.sent + traced.probes;
  if (traces.count === 0)
    return wrong(check, `none of ${count(requests, "request")} with always_on; ${causeText(causesOf(traced))}`, "");
  const perRequest = (received / requests).toFixed(1);
  return ok(check, `${count(received, "span")} of ${count(requests, "request")}, ${perRequest} a request`);
}

export function baselineLine({ baseline, noneCommand, ownSdk }: Observations): CheckLine | undefined {
  if (baseline === undefined || baseline.failure !== undefined) return undefined;
  const { received } = baseline.result.counts;
  const bare = noneCommand ?? (ownSdk ? undefined : "the target without tracing");
  if (received > 0)
    return wrong(
      "baseline",
      noneCommand === undefined
        ? "none sends spans: the service does not obey OTEL_SDK_DISABLED"
        : `none sends spans: none_command="${noneCommand}" runs it with tracing`,
      'give none_command="…" that runs it without tracing, or have it read SPANTOLL_TRACING=off',
    );
  const isUnloaded = baseline.facts?.packages.length === 0;
  const seen = `no span of ${count(baseline.sent, "request")}`;
  if (bare !== undefined || isUnloaded)
    return ok("baseline", `bare: ${bare ?? "SPANTOLL_TRACING=off is obeyed"}; ${seen}`);
  const text = `noop: the SDK is disabled, its instrumentation loaded; ${seen}`;
  return ok("baseline", `${text}. none_command="…" gives a bare one`);
}
