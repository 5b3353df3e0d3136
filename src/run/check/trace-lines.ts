/** Whether tracing is set up once and in time, and traces are whole and named. */
import { count as countOf, note, ok, unknown, VARIABLES, wrong, type CheckLine } from "./check-line.ts";
import { lateLibraries, lateText, providerLateMs, REGISTER_EARLY, secondsOf } from "./causes.ts";
import type { Observation, Traces } from "./observation.ts";

const MOST_NAMES = 6;
const TWICE = "set OpenTelemetry up in one place: either --require and opentelemetry-instrument, or code";

export function setUpLines({ facts, probedAtMs }: Observation): CheckLine[] {
  if (facts?.provider === undefined) return [];
  const { provider, messages, packages } = facts;
  const check = "tracer provider";
  const lateMs = providerLateMs(facts, probedAtMs);
  const late = lateLibraries(facts);
  const instrumented = packages.flatMap((name) => /\/instrumentation-(.+)/.exec(name)?.[1] ?? []);
  const lines: CheckLine[] = [];
  const duplicate = messages.some((message) => /duplicate registration of API: trace/.test(message));
  if (duplicate) lines.push(wrong(check, "the SDK is set up twice, and the second is ignored or doubles spans", TWICE));
  else if (lateMs > 0)
    lines.push(wrong(check, `registered ${secondsOf(lateMs)} after the first request`, REGISTER_EARLY));
  else lines.push(ok(check, `${provider}, registered ${secondsOf(-lateMs)} before the first request`));
  if (late.length > 0) lines.push(wrong("instrumentation", ...lateText(late)));
  else if (instrumented.length > 0)
    lines.push(ok("instrumentation", `of ${few(instrumented)}, loaded before the libraries`));
  return lines;
}

/** The first names, and how many more. */
function few(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return names.slice(0, MOST_NAMES).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

export function nameLine({ services }: Traces): CheckLine {
  const unnamed = services.filter((name) => name === "" || name.startsWith("unknown_service"));
  if (unnamed.length === 0) return ok("service name", services.join(", "));
  return note(
    "service name",
    `the SDK's default, ${unnamed.map((name) => name || "none").join(", ")}, under which a trace store shows the service`,
    "set service.name in code or OTEL_SERVICE_NAME in the command; --keep-env OTEL_SERVICE_NAME keeps that of your shell",
  );
}

export function rootsLine(
  { answered, sent, probes }: Observation,
  { count, served, roots, serverRoots }: Traces,
): CheckLine | undefined {
  const check = "one root per request";
  const requests = sent + probes;
  // work in the background makes traces too, though not with every other request
  if (roots > requests + answered / 2)
    return wrong(
      check,
      `${requests} requests made ${count} traces with ${roots} roots: the context is lost, or background work makes traces`,
      "register a context manager (NodeSDK does), pass the context on through queues, callbacks and threads, and traceparent to peers",
    );
  if (served < answered) {
    const text = `${served} traces of ${requests} requests arrived, and always_on was asked`;
    return wrong(check, text, `the sampler or the processor is set in code: ${VARIABLES}`);
  }
  if (roots < count)
    return wrong(check, `${count - roots} of ${count} traces have no root span`, "end the span of each request");
  const none = serverRoots === 0 ? ", none of them a server span" : "";
  return ok(check, `${countOf(roots, "root")} of ${countOf(requests, "request")}${none}`);
}

export function doubledLine({ facts }: Observation, { doubled, serverRoots }: Traces): CheckLine | undefined {
  if (doubled < serverRoots || doubled === 0) return undefined;
  if (facts?.messages.some((message) => message.includes("duplicate registration"))) return undefined;
  return wrong(
    "one server span",
    `${doubled} server spans are below a server span of the same service: tracing is set up twice, or it calls itself`,
    TWICE,
  );
}

export function requestIdLine({ joined, count }: Traces): CheckLine {
  if (joined > 0) return ok("request ids", `${joined} of ${countOf(count, "trace")} name their request`);
  return unknown(
    "request ids",
    `none of ${countOf(count, "trace")} names its request, so what sampling kept is judged from outside; copy the header x-request-id into the attribute spantoll.request_id`,
  );
}
