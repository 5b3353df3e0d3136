/** Whether the service starts, answers and sends spans, and whether its baseline sends none. */
import { total } from "../../base/sum-of.ts";
import { answersFix, answersText } from "../target/unexpected-answers.ts";
import { causesOf } from "./causes.ts";
import { causeText, count, ENDPOINT, notChecked, ok, unknown, wrong, type Verdict } from "./check-line.ts";
import { isMute, type Observation, type Traces } from "./observation.ts";

/** The first starts of a check. `traced`: everything is sampled. */
export interface Control {
  readonly ownSdk: boolean;
  readonly noneCommand: string | undefined;
  readonly baseline: Observation | undefined;
  readonly traced: Observation | undefined;
}

const startsOf = ({ baseline, traced }: Control): Observation[] =>
  [baseline, traced].filter((seen) => seen !== undefined);

export function startVerdict(control: Control): Verdict {
  const starts = startsOf(control);
  if (starts.length === 0) return notChecked("neither a baseline nor an exporter that sends spans was asked");
  const failed = starts.filter(({ failure }) => failure !== undefined);
  if (failed.length === 0) return ok(starts.map(({ variant }) => variant.id).join(" and "));
  return ofVariants(failed.map((seen) => [seen, ofStart(seen)!]));
}

/** What is wrong with each; what is the same for several once. */
function ofVariants(faults: readonly (readonly [Observation, Verdict])[]): Verdict {
  const idsBy = (key: (verdict: Verdict) => string) =>
    [...Map.groupBy(faults, ([, verdict]) => key(verdict))].map(
      ([text, same]) => [text, same.map(([{ variant }]) => variant.id).join(" and ")] as const,
    );
  const texts = idsBy(({ text }) => text).map(([text, ids]) => `${ids}: ${text}`);
  const fixes = idsBy(({ fix = "" }) => fix);
  const named = fixes.map(([fix, ids]) => (fixes.length === 1 ? fix : `${ids}: ${fix}`));
  return wrong(texts.join("; "), named.join("; "));
}

/** Why a service did not start, and the fix. */
function failureVerdict({ message }: Error): Verdict {
  const usual = /export URL/.test(message) ? ENDPOINT : "start the command by hand, with PORT set";
  const [how, cause, ...said] = message.split("\n");
  // a cause that is a fix alone is not in the service's own words
  const last = cause?.startsWith("have ") && said.length > 0 ? `${how}; its last line: ${said.at(-1)}` : how;
  const [text, fix = usual] = [last, cause]
    .filter((part) => part !== undefined)
    .join(": ")
    .split(/: (?=have |give |add |if |it must )/, 2);
  return wrong(text!, fix);
}

export function answersVerdict(control: Control): Verdict {
  const starts = startsOf(control);
  const wrongly = starts.filter(({ unexpected }) => unexpected.length > 0);
  if (wrongly.length > 0) return ofVariants(wrongly.map((seen) => [seen, ofStart(seen)!]));
  const all = count(
    total(starts, ({ sent }) => sent),
    "request",
  );
  return ok(`as expected to all ${all}: ${starts.map(({ variant, sent }) => `${variant.id} ${sent}`).join(", ")}`);
}

/** What makes a start unfit for a check; undefined if nothing does. */
export function ofStart({ failure, unexpected }: Observation): Verdict | undefined {
  if (failure !== undefined) return failureVerdict(failure);
  return unexpected.length > 0 ? wrong(answersText(unexpected), answersFix(unexpected)) : undefined;
}

/** Of a control in which something has started. */
export function processVerdict({ traced, baseline }: Control): Verdict {
  const { listeners, cpuUs, processes, sent, variant } = (traced ?? baseline)!;
  if (cpuUs === undefined) return unknown("the kernel does not report its CPU");
  const used = `${(cpuUs / 1000).toFixed(0)} ms of CPU for ${count(sent, "request")} of ${variant.id}`;
  const who = listeners.length === 0 ? "the target's own" : [...new Set(listeners)].join(" and ");
  return ok(`${who}; ${used}${processes === 1 ? "" : `, in all ${processes} processes that the command started`}`);
}

export function arrivalVerdict(traced: Observation, { count: traces, spans }: Traces): Verdict {
  const { sent } = traced;
  const requests = count(sent, "request");
  // a connection that is closed ends its span
  if (isMute(traced)) return notChecked('"answers" is wrong');
  if (traces === 0) return wrong(`none of ${requests} with always_on; ${causeText(causesOf(traced))}`, "");
  return ok(`${count(spans, "span")} of ${requests}, ${(spans / sent).toFixed(1)} a request`);
}

export function baselineVerdict({ baseline, noneCommand, ownSdk }: Control): Verdict {
  if (baseline === undefined) return notChecked("none is not measured");
  const { received } = baseline.result.counts;
  const bare = noneCommand ?? (ownSdk ? undefined : "the target without tracing");
  if (received > 0)
    return wrong(
      noneCommand === undefined
        ? "none sends spans: the service does not obey OTEL_SDK_DISABLED"
        : `none sends spans: none_command="${noneCommand}" runs it with tracing`,
      'give none_command="…" that runs it without tracing, or have it read SPANTOLL_TRACING=off',
    );
  const isUnloaded = baseline.facts?.packages.length === 0;
  const seen = `no span of ${count(baseline.sent, "request")}`;
  if (bare !== undefined || isUnloaded) return ok(`bare: ${bare ?? "it loads no package of OpenTelemetry"}; ${seen}`);
  return ok(`noop: the SDK is disabled, its instrumentation loaded; ${seen}. none_command="…" gives a bare one`);
}
