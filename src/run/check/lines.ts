/** The list that `bench --check` prints, from what was observed. */
import { causesOf, causeText } from "./causes.ts";
import { ok, unknown, wrong, type CheckLine } from "./check-line.ts";
import { exporterLine, flushLine, processorLine, samplerLine } from "./export-lines.ts";
import { tracesOf, type Observation, type Traces } from "./observation.ts";
import { answersFix, answersText } from "../unexpected-answers.ts";
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
  const all = [baseline, traced, flushed, ...sampled].filter((one) => one !== undefined);
  const started = startLines(all);
  if (traced === undefined || traced.failure !== undefined) return [...started, ...present(baselineLine(observations))];
  const traces = tracesOf(traced);
  const isTraced = traces.count > 0;
  const whole = isTraced && hasRightAnswers(traced) ? [rootsLine(traced, traces)] : [];
  const hasRoots = whole.every((line) => line?.word !== "wrong");
  return [
    ...started,
    ...present(
      processLine(traced),
      ...(isTraced ? setUpLines(traced) : []),
      arrivalLine(traced, traces),
      ...(isTraced ? [exporterLine(traced), nameLine(traces), ...whole, doubledLine(traced, traces)] : []),
      ...(isTraced ? [requestIdLine(traces), processorLine(traced)] : []),
      isTraced && flushed && hasRightAnswers(flushed) && flushLine(flushed),
      ...(isTraced && hasRoots ? sampled.filter(hasRightAnswers).map(samplerLine) : []),
      baselineLine(observations),
    ),
  ];
}

function present(...lines: readonly (CheckLine | undefined | false)[]): CheckLine[] {
  return lines.filter((line) => line !== undefined && line !== false);
}

/** Counts of requests and traces can be compared: a wrong answer may come from before the service's tracing. */
function hasRightAnswers({ answered, sent }: Observation): boolean {
  return answered === sent;
}

function startLines(all: readonly Observation[]): CheckLine[] {
  const failed = all.filter(({ failure }) => failure !== undefined);
  if (failed.length > 0)
    return failed.map(({ variant, failure }) => {
      const [text, fix] = failure!.message
        .split("\n", 2)
        .join(": ")
        .split(/: (?=have |give |add |it must )/, 2);
      return wrong("start", `${variant.id}: ${text}`, fix ?? "start the command by hand, with PORT set");
    });
  const unexpected = all.find((one) => one.answered < one.sent);
  if (unexpected === undefined)
    return [ok("answers", `all ${all.reduce((sum, { sent }) => sum + sent, 0)} requests as expected`)];
  return [wrong("answers", answersText(unexpected.unexpected), answersFix(unexpected.unexpected))];
}

function processLine({ listeners, readsCpu }: Observation): CheckLine | undefined {
  if (!readsCpu) return unknown("measured process", "the kernel does not report its CPU");
  return ok("measured process", listeners.length === 0 ? "the target's own" : listeners.join(", "));
}

function arrivalLine(traced: Observation, { count }: Traces): CheckLine {
  const { received, encodings } = traced.result.counts;
  const check = "spans arrive";
  if (count === 0)
    return wrong(check, `no span of ${traced.sent} requests arrived; ${causeText(causesOf(traced))}`, "");
  return ok(
    check,
    `${received} of ${traced.sent + traced.probes} requests, as ${Object.keys(encodings).join(" and ")}`,
  );
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
  if (bare !== undefined || isUnloaded) return ok("baseline", `bare: ${bare ?? "SPANTOLL_TRACING=off is obeyed"}`);
  return ok("baseline", 'noop: the SDK is disabled, its instrumentation loaded; none_command="…" gives a bare one');
}
