/** Whether tracing is set up once and in time, and traces are whole and named. */
import { count as countOf, ok, unknown, VARIABLES, wrong, type CheckLine } from "./check-line.ts";
import { isSetUpTwice, lateLibraries, lateText, providerLateMs, REGISTER_EARLY, secondsOf, TWICE } from "./causes.ts";
import type { Observation, Traces } from "./observation.ts";
import { NAME_REQUESTS } from "../gates/ledger-gates.ts";

const MOST_NAMES = 6;

export function setUpLines({ facts, probedAtMs }: Observation): CheckLine[] {
  if (facts?.provider === undefined) return [];
  const { provider, packages } = facts;
  const check = "tracer provider";
  const lateMs = providerLateMs(facts, probedAtMs);
  const late = lateLibraries(facts);
  const instrumented = packages.flatMap((name) => /\/instrumentation-(.+)/.exec(name)?.[1] ?? []);
  const lines: CheckLine[] = [];
  if (isSetUpTwice(facts)) lines.push(wrong(check, ...TWICE));
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

/** Where none is set, it comes from the deployment, as is usual: no figure suffers. */
export function nameLine({ services }: Traces): CheckLine {
  const names = services.map((name) => name || "none");
  const isUnnamed = services.some((name) => name === "" || name.startsWith("unknown_service"));
  const where = isUnnamed ? ", the SDK's default: set OTEL_SERVICE_NAME where the service is deployed" : "";
  return ok("service name", `${names.join(", ")}${where}`);
}

export function rootsLine(
  { answered, sent, probes, result, facts }: Observation,
  { count, served, roots, serverRoots }: Traces,
): CheckLine {
  const check = "one root per request";
  const requests = sent + probes;
  // work in the background makes traces too, though not with every other request
  if (roots > requests + answered / 2)
    return wrong(
      check,
      `${requests} requests made ${count} traces with ${roots} roots: the context is lost, or background work makes traces`,
      "register a context manager (NodeSDK does), pass the context on through queues, callbacks and threads, and traceparent to peers",
    );
  const lacking = Math.max(answered - served, count - roots);
  const full = facts?.processors.find(({ queue = Infinity }) => queue < result.counts.received + lacking);
  if (lacking > 0 && full !== undefined) {
    const text = `${lacking} of ${requests} traces are missing or have no root: a queue of ${full.queue} may have lost spans`;
    return unknown(check, text);
  }
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
  if (facts !== undefined && isSetUpTwice(facts)) return undefined;
  return wrong(
    "one server span",
    `${doubled} server spans are below a server span of the same service: tracing is set up twice, or it calls itself`,
    TWICE[1],
  );
}

/** No instrumentation captures the header unless it is asked to: without it a service is right, and what is kept of it unknown. */
export function requestIdLine({ joined, count }: Traces): CheckLine {
  const check = "request ids";
  if (joined > 0) return ok(check, `${joined} of ${countOf(count, "trace")} name their request`);
  const text = `none of ${countOf(count, "trace")} names its request: cost is measured; what sampling keeps cannot be, so advise and --record are not possible`;
  return { ...unknown(check, text), fix: NAME_REQUESTS };
}
