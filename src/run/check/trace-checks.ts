/** Whether tracing is set up once and in time, and traces are whole and named. */
import { count as countOf, ok, unknown, VARIABLES, wrong, type Verdict } from "./check-line.ts";
import { REMOTE } from "./causes.ts";
import { libraryFaults, ONE_PLACE, providerFaults, providerLateMs, secondsOf } from "./set-up.ts";
import type { SdkFacts } from "../../target/probe/sdk-facts.ts";
import type { Observation, Traces } from "./observation.ts";
import type { Control } from "./start-checks.ts";
import { NAME_REQUESTS } from "../gates/ledger-gates.ts";

const MOST_NAMES = 6;

/** Without `ownSdk`, Spantoll sets it up. */
export function providerVerdict(
  { facts, probedAtMs, output }: Observation,
  _traces: Traces,
  { ownSdk }: Control,
): Verdict {
  if (!ownSdk) return ok("Spantoll's own, registered before the service is loaded");
  if (/Overriding of current TracerProvider is not allowed/.test([...(facts?.messages ?? []), output].join("\n")))
    return wrong(
      "two are set up, and the SDK refuses the second: its sampler, processors and exporter have no effect",
      ONE_PLACE,
    );
  if (facts?.provider === undefined)
    return unknown("spans arrive, so one is registered; nothing more is seen of this process");
  const [fault] = providerFaults({ facts, probedAtMs });
  if (fault !== undefined) return fault;
  if (facts.providerAtMs === undefined) return ok(`${facts.provider} is registered`);
  const earlyMs = -providerLateMs(facts, probedAtMs);
  return ok(`${facts.provider}, registered ${secondsOf(earlyMs)} before the first request`);
}

export function instrumentationVerdict({ facts, variant }: Observation, _traces: Traces, { ownSdk }: Control): Verdict {
  if (!ownSdk)
    return ok(`${variant.instrumentation?.text ?? "the usual one of the target"}, loaded before the service`);
  if (facts?.provider === undefined) return unknown("nothing is seen of this process");
  const [fault] = libraryFaults(facts);
  if (fault !== undefined) return fault;
  const instrumented = instrumentedBy(facts);
  if (instrumented.length === 0) return ok("none of OpenTelemetry's is loaded: the service starts its spans itself");
  return ok(`of ${few(instrumented)}${facts.isPython ? "" : ", loaded before the libraries"}`);
}

const SHARED =
  /^(?:utils|instrumentor|dependencies|distro|environment_variables|propagators|version|auto_instrumentation|asgi|_\w+)$/;

function instrumentedBy({ packages, isPython }: SdkFacts): string[] {
  const pattern = isPython ? /^opentelemetry\.instrumentation\.(\w+)$/ : /\/instrumentation-(.+)/;
  return packages.flatMap((name) => pattern.exec(name)?.[1] ?? []).filter((name) => !isPython || !SHARED.test(name));
}

/** The first names, and how many more. */
function few(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return names.slice(0, MOST_NAMES).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** A name that is not set comes from the deployment, as is usual: no figure suffers. */
export function nameVerdict(_seen: Observation, { services }: Traces): Verdict {
  const names = services.map((name) => name || "none");
  const isUnnamed = services.some((name) => name === "" || name.startsWith("unknown_service"));
  const origin = isUnnamed ? ", the SDK's default: set OTEL_SERVICE_NAME where the service is deployed" : "";
  return ok(`${names.join(", ")}${origin}`);
}

/** Whether each request has a trace if everything is sampled. */
export function everyTraceVerdict({ answered, result, facts }: Observation, { served }: Traces): Verdict {
  const lacking = answered - served;
  const text = `${Math.min(served, answered)} of ${countOf(answered, "request")} kept`;
  if (lacking <= 0) return ok(text);
  const queue = fullQueue(facts, result.counts.received + lacking);
  if (queue !== undefined) return unknown(`${text}: a queue of ${queue} may have lost the others`);
  const { sampler } = facts ?? {};
  const isNamed = sampler !== undefined && !/^(?:ParentBased\{root[=:])?AlwaysOn/.test(sampler);
  const what = isNamed
    ? `the sampler ${sampler.replace(REMOTE, "}")} is set in code or command`
    : "the sampler or the processor is set in code or command";
  return wrong(`${text}, expected ${answered}`, `${what}: ${VARIABLES}`);
}

export function rootsVerdict({ answered, result, facts }: Observation, traces: Traces): Verdict {
  const { count, roots, serverRoots } = traces;
  // work in the background makes traces too, though not with every other request
  const most = answered * 1.5;
  if (serverRoots > most)
    return wrong(
      `${answered} requests made ${count} traces, and ${serverRoots} begin with a server span: traceparent gets lost from one service to another`,
      "instrument the HTTP client of the one that calls, and leave the propagator to OTEL_PROPAGATORS (default tracecontext)",
    );
  if (roots > most)
    return wrong(
      `${answered} requests made ${count} traces with ${roots} roots: the context is lost, or background work makes traces`,
      "register a context manager (NodeSDK does), and pass the context on through queues, callbacks and threads (Python: opentelemetry-instrumentation-threading)",
    );
  const lacking = count - roots;
  if (lacking > 0) {
    const text = `${lacking} of ${countOf(count, "trace")} ${lacking === 1 ? "has" : "have"} no root span`;
    const queue = fullQueue(facts, result.counts.received + lacking);
    if (queue !== undefined) return unknown(`${text}: a queue of ${queue} may have lost it`);
    return wrong(text, "end the span of each request");
  }
  const none = serverRoots === 0 ? ", none of them a server span" : "";
  return ok(`${countOf(roots, "root")} of ${countOf(answered, "request")}${none}`);
}

/** A queue that so many spans can have filled. */
function fullQueue(facts: Observation["facts"], spans: number): number | undefined {
  return facts?.processors?.find(({ queue = Infinity }) => queue < spans)?.queue;
}

export function doubledVerdict(_seen: Observation, { doubled, serverRoots }: Traces): Verdict {
  if (doubled < serverRoots || doubled === 0) return ok("none is below another of the same service");
  return wrong(
    `${doubled} server spans are below a server span of the same service: tracing is set up twice, or it calls itself`,
    ONE_PLACE,
  );
}

/** No instrumentation captures the header unless it is asked to: without it a service is right, and what is kept of it unknown. */
export function requestIdVerdict({ answered }: Observation, { named, served }: Traces): Verdict {
  const traces = Math.min(answered, served);
  if (named >= traces) return ok(`all ${countOf(traces, "trace")} name their request`);
  const text =
    named > 0
      ? `${named} of ${countOf(traces, "trace")} name their request; the others count as not kept`
      : `none of ${countOf(traces, "trace")} names its request: cost is measured; what sampling keeps cannot be, so advise and --record are not possible`;
  return { ...unknown(text), fix: NAME_REQUESTS };
}
