/** Whether the service starts, answers and sends spans, and whether its baseline sends none. */
import { total } from "../../base/sum-of.ts";
import { answersFix, answersText } from "../target/unexpected-answers.ts";
import { causeText, ENDPOINT } from "./cause.ts";
import { causesOf } from "./causes.ts";
import { count, notChecked, ok, unknown, wrong, type Verdict } from "./check-line.ts";
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

/** Failures with the same fix have the same reason: of a fixed port, only the first start gets it. */
export function startVerdict(control: Control): Verdict {
  const starts = startsOf(control);
  if (starts.length === 0) return notChecked("neither a baseline nor an exporter that sends spans was asked");
  const [first, ...others] = starts.flatMap((seen) => failureOf(seen) ?? []);
  if (first === undefined) return ok(namesOf(starts));
  const different = others.filter(({ fix, text }) => fix !== first.fix && text !== first.text);
  const names = [first, ...others.filter((other) => !different.includes(other))].map(({ id }) => id).join(" and ");
  const more = different.map(({ id, text, fix }) => `${id}: ${text}. Fix: ${fix}. `);
  return wrong(`${more.join("")}${names}: ${first.text}`, first.fix);
}

/** Why a service did not start, and the fix. */
function failureOf({ variant: { id }, failure }: Observation) {
  if (failure === undefined) return undefined;
  const usual = /export URL/.test(failure.message) ? ENDPOINT : "start the command by hand, with PORT set";
  const [how, cause, ...said] = failure.message.split("\n");
  // a cause that is a fix alone is not in the service's own words
  const last = cause?.startsWith("have ") && said.length > 0 ? `${how}; its last line: ${said.at(-1)}` : how;
  const [text, fix = usual] = [last, cause]
    .filter((part) => part !== undefined)
    .join(": ")
    .split(/: (?=have |give |add |if |it must )/, 2);
  return { id, text: text!, fix };
}

export function answersVerdict(control: Control): Verdict {
  const starts = startsOf(control);
  const byWay = [...Map.groupBy(starts, wayOf).values()].filter(([first]) => first!.unexpected.length > 0);
  if (byWay.length > 0) {
    const texts = byWay.map((same) => `${namesOf(same)}: ${answersText(same[0]!.unexpected)}`);
    return wrong(texts.join("; "), answersFix(byWay[0]![0]!.unexpected));
  }
  const all = count(
    total(starts, ({ sent }) => sent),
    "request",
  );
  return ok(`as expected to all ${all}: ${starts.map(({ variant, sent }) => `${variant.id} ${sent}`).join(", ")}`);
}

const namesOf = (starts: readonly Observation[]): string => starts.map(({ variant }) => variant.id).join(" and ");

/** Which requests got which answers, but for their numbers. */
const wayOf = ({ unexpected }: Observation): string =>
  unexpected
    .map(({ route, status }) => `${route} ${status}`)
    .toSorted()
    .join();

/** What makes a start for one check only unfit for it; undefined if nothing does. */
export function ofStart(seen: Observation): Verdict | undefined {
  const failure = failureOf(seen);
  if (failure !== undefined) return wrong(failure.text, failure.fix);
  const { unexpected } = seen;
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
