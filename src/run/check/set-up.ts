/** What the process that answers shows of its set-up of OpenTelemetry, and what is wrong with that. */
import { formatDuration } from "../../base/units.ts";
import type { SdkFacts } from "../../target/probe/sdk-facts.ts";
import { ENDPOINT, VARIABLES, wrong, type Verdict } from "./check-line.ts";
import type { Observation } from "./observation.ts";

const INSTRUMENTATION = "@opentelemetry/instrumentation-";
export const ONE_PLACE = "set OpenTelemetry up in one place: either --require and opentelemetry-instrument, or code";

/** Fixes for what is missing. */
interface Missing {
  readonly sdk: string;
  readonly provider: string;
  readonly processor: string;
}
const PROVIDER_IN_PYTHON =
  "call trace.set_tracer_provider(provider) in each process that serves, before the app is made, or start it with opentelemetry-instrument";
export const PYTHON: Missing = {
  sdk: PROVIDER_IN_PYTHON,
  provider: PROVIDER_IN_PYTHON,
  processor: "provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))",
};
export const NODE: Missing = {
  sdk: "leave out own_sdk, and Spantoll traces it; or load your set-up before the service, such as node --require ./tracing.cjs, which forked workers inherit",
  provider:
    "call sdk.start() or provider.register() before the service listens: a provider that is only constructed gets no spans",
  processor:
    "give it one: new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())] }), or use NodeSDK",
};

/** Whether the process shows a set-up at all. One that is switched off, or has sent something, need not show it. */
export function notSetUp({ facts, sinkPorts }: Pick<Observation, "facts" | "sinkPorts">): Verdict[] {
  if (facts === undefined) return [];
  const { packages, provider, messages, processors, isPython } = facts;
  const fix = isPython === true ? PYTHON : NODE;
  const isLoaded = packages.some((name) => /\/(?:sdk-|auto-)|^opentelemetry\.sdk/.test(name));
  const elsewhere = facts.isSetUpElsewhere === true ? ", one is set up in another process of the service" : "";
  if (!isLoaded && provider === undefined)
    return [wrong(`the process that answers loads no SDK of OpenTelemetry${elsewhere}`, fix.sdk)];
  if (messages.some((message) => message.includes("does not match previously registered API")))
    return [wrong("two versions of @opentelemetry/api are loaded", "npm dedupe, so that all packages share one")];
  if (provider === undefined)
    return [wrong(`no tracer provider was registered in the process that answers${elsewhere}`, fix.provider)];
  if (processors?.length === 0)
    return [wrong("the tracer provider has no span processor, so nothing exports its spans", fix.processor)];
  const isOther = (endpoint: string): boolean => !sinkPorts.some((port) => endpoint.includes(`:${port}`));
  const other = processors?.find(({ endpoint }) => endpoint !== undefined && isOther(endpoint));
  if (other !== undefined)
    return [wrong(`the exporter sends to ${other.endpoint}, as code or command sets it`, ENDPOINT)];
  const local = processors?.flatMap(({ exporter = "" }) => (/^(?:Console|InMemory)/.test(exporter) ? [exporter] : []));
  if (local === undefined || local.length < processors!.length) return [];
  return [wrong(`the service exports by ${local.join(" and ")} alone, which sends nothing`, VARIABLES)];
}

/** Of a provider: whether it is the only one, and in time. */
export function providerFaults({ facts, probedAtMs }: Pick<Observation, "facts" | "probedAtMs">): Verdict[] {
  if (facts?.provider === undefined) return [];
  const isTwice = facts.messages.some((message) => /duplicate registration of API: trace/.test(message));
  const lateMs = providerLateMs(facts, probedAtMs);
  return [
    ...(isTwice ? [wrong("the SDK is set up twice, and the second is ignored or doubles spans", ONE_PLACE)] : []),
    ...(lateMs > 0
      ? [
          wrong(
            `the tracer provider was registered ${secondsOf(lateMs)} after the first request`,
            "register it before the service listens: load the set-up with --require or --import",
          ),
        ]
      : []),
  ];
}

/** After the first request that the process can have served, ms: a worker that listens later has served none before. */
export function providerLateMs({ providerAtMs, listenedAtMs = 0 }: SdkFacts, probedAtMs: number): number {
  return providerAtMs! - Math.max(probedAtMs, listenedAtMs);
}

/** Of libraries that an instrumentation was loaded for, and that were loaded before it could watch. */
export function libraryFaults({ early, packages, isEsm, hasLoader }: SdkFacts): Verdict[] {
  // @nestjs/core has instrumentation-nestjs-core
  const late = early.filter((name) =>
    packages.includes(`${INSTRUMENTATION}${name.replace(/^@/, "").replace("/", "-")}`),
  );
  if (late.length === 0) return [];
  // to load the set-up first is not enough for an ES module
  if (isEsm && !hasLoader) return [UNWATCHED];
  const rest = late.length > 1 ? "were loaded before their" : "was loaded before its";
  const what = `${late.join(" and ")} ${rest} instrumentation`;
  return [wrong(what, "load the set-up first: node --require ./tracing.cjs server.js")];
}

const UNWATCHED = wrong(
  "the service is an ES module, and no loader hook lets instrumentation see its imports",
  "start it with node --import ./tracing.mjs, which calls register('@opentelemetry/instrumentation/hook.mjs', import.meta.url) from node:module before sdk.start()",
);

/** Batch settings other than those that were asked. */
export function batchFaults({ variant, facts }: Pick<Observation, "variant" | "facts">): Verdict[] {
  const asked = variant.processor!.kind.batching?.(variant.processor!.config);
  if (asked === undefined) return [];
  const inCode = facts?.processors?.find(
    ({ batch = asked.batch, delayMs = asked.delayMs }) => batch !== asked.batch || delayMs !== asked.delayMs,
  );
  if (inCode === undefined) return [];
  const { batch, queue, delayMs = asked.delayMs } = inCode;
  const cut = batch === queue ? ": a batch larger than its queue is cut to it, and a burst is lost" : "";
  const text = `a batch of ${batch}, a queue of ${queue} and a delay of ${formatDuration(delayMs)} are set in code or command${cut}`;
  return [wrong(text, VARIABLES)];
}

const EXCLUDES = /^OTEL_PYTHON(?:_\w+)?_EXCLUDED_URLS$/;

/** Why an SDK that is set up makes no spans. */
export function uninstrumented({ facts, environment }: Pick<Observation, "facts" | "environment">): Verdict[] {
  if (facts === undefined) return [];
  if (facts.isPython === true) {
    const excluding = Object.entries({ ...environment, ...facts.env }).find(
      ([name, urls]) => EXCLUDES.test(name) && urls !== "",
    );
    if (excluding !== undefined)
      return [wrong(`${excluding.join("=")} leaves requests out`, "see that it names none of the scenario's paths")];
    // provider, sampler, processor and address are seen to be right
    if (facts.processors?.some(({ endpoint }) => endpoint !== undefined) !== true) return [];
    return [
      wrong(
        "provider and exporter are set up, so the service starts no span",
        "instrument the app, such as FastAPIInstrumentor.instrument_app(app), or start it with opentelemetry-instrument",
      ),
    ];
  }
  if (facts.isEsm && !facts.hasLoader) return [UNWATCHED];
  if (facts.packages.some((name) => name.startsWith(INSTRUMENTATION))) return [];
  return [
    wrong(
      "the SDK is set up, and no instrumentation of the server is loaded",
      "add @opentelemetry/instrumentation-http, or start a span for each request",
    ),
  ];
}

/** `3.9 s`. */
export function secondsOf(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
