/** Why no span of a service with its own SDK arrives. */
import { formatDuration } from "../../base/units.ts";
import type { SdkFacts } from "../../target/probe/sdk-facts.ts";
import { PYTHON_FLUSH } from "../gates/own-sdk-gates.ts";
import { VARIABLES } from "./check-line.ts";
import { cause, type Cause, FROM_VARIABLES } from "./cause.ts";
import { refused, undelivered } from "./delivery-causes.ts";
import { exportedNowhere, notSetUpInPython, uninstrumentedInPython } from "./set-up-causes.ts";
import { isPython, likelyCauses, NO_SDK } from "./likely-causes.ts";
import type { Observation } from "./observation.ts";

const INSTRUMENTATION = "@opentelemetry/instrumentation-";

/** What a sampler's description says of requests with a caller. */
export const REMOTE = /, ?remoteParent.*/;
export const TWICE = [
  "the SDK is set up twice, and the second is ignored or doubles spans",
  "set OpenTelemetry up in one place: either --require and opentelemetry-instrument, or code",
] as const;
export const isSetUpTwice = ({ messages }: SdkFacts): boolean =>
  messages.some((message) => /duplicate registration of API: trace/.test(message));

export const UNWATCHED = [
  "the service is an ES module, and no loader hook lets instrumentation see its imports",
  "start it with node --import ./tracing.mjs, which calls register('@opentelemetry/instrumentation/hook.mjs', import.meta.url) from node:module before sdk.start()",
] as const;
export const REGISTER_EARLY = "register it before the service listens: load the set-up with --require or --import";

/** Those that are sure, or the likely ones, the most likely first; then what else is wrong, and would show once spans arrive. */
export function causesOf(seen: Observation): Cause[] {
  // a Node that only starts the service, such as npm, says nothing of it
  const isStarter = seen.facts?.packages.length === 0 && !seen.facts.isPython && isPython(seen.listeners);
  const observation = isStarter ? { ...seen, facts: undefined } : seen;
  const first = (...looks: ((observation: Observation) => Cause[])[]): Cause[] =>
    looks.map((look) => look(observation)).find(({ length }) => length > 0) ?? [];
  const sure = [...first(switchedOff, refused, undelivered, notSetUp), ...badlySetUp(observation)];
  const why = sure.length > 0 ? sure : first(uninstrumented, likelyCauses);
  const all = [...why, ...batchInCode(observation), ...unflushed(observation)];
  return [...new Map(all.map((one) => [one.what, one])).values()];
}

function switchedOff({ facts, environment }: Observation): Cause[] {
  const env: Readonly<Record<string, string>> = { ...environment, ...facts?.env };
  const causes: Cause[] = [];
  const add = (what: string, fix: string): unknown => causes.push({ what, fix });
  const isOff = (name: string): boolean => env[name]?.toLowerCase() === "true";
  if (isOff("OTEL_SDK_DISABLED"))
    add("the service's code or command sets OTEL_SDK_DISABLED=true, which switches its SDK off", "remove it");
  if (env["OTEL_TRACES_EXPORTER"] === "none")
    add("the service's code or command sets OTEL_TRACES_EXPORTER=none, so there is no exporter", FROM_VARIABLES);
  const sampler = (facts?.sampler ?? samplerOf(env))?.replace(REMOTE, "}");
  if (/AlwaysOff\w*}?$|TraceIdRatioBased\{0\}|always_off|ratio 0$/i.test(sampler ?? ""))
    add(`the service's sampler keeps nothing (${sampler}), though always_on was asked`, FROM_VARIABLES);
  return causes;
}

function samplerOf(env: Readonly<Record<string, string>>): string | undefined {
  const { OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: share } = env;
  return name?.endsWith("traceidratio") && Number(share) === 0 ? `${name} with ratio 0` : name;
}

/** After the first request that the process can have served: a worker that listens later has served none before. */
export function providerLateMs({ providerAtMs, listenedAtMs = 0 }: SdkFacts, probedAtMs: number): number {
  return providerAtMs! - Math.max(probedAtMs, listenedAtMs);
}

/** Whether a Node process shows a set-up at all. One that is switched off, or has sent something, need not show it. */
function notSetUp({ facts, sinkPorts }: Observation): Cause[] {
  if (facts === undefined) return [];
  if (facts.isPython) return notSetUpInPython(facts, sinkPorts);
  const { packages, provider, messages, processors } = facts;
  if (!packages.some((name) => /\/(?:sdk-|auto-)/.test(name)))
    return facts.isSetUpElsewhere
      ? cause(
          "the process that answers loads no SDK of OpenTelemetry, another process of the service does",
          "set it up in each process: node --require ./tracing.cjs, which forked workers inherit",
        )
      : cause("the service loads no SDK of OpenTelemetry", NO_SDK);
  const mismatch = messages.find((message) => message.includes("does not match previously registered API"));
  if (mismatch !== undefined)
    return cause("two versions of @opentelemetry/api are loaded", "npm dedupe, so that all packages share one");
  if (provider === undefined)
    return cause(
      "OpenTelemetry is loaded, and no tracer provider was registered",
      "call sdk.start() or provider.register() before the service listens: a provider that is only constructed gets no spans",
    );
  if (processors?.length === 0)
    return cause(
      "the tracer provider has no span processor, so nothing exports its spans",
      "give it one: new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())] }), or use NodeSDK",
    );
  return exportedNowhere(facts);
}

/** What a provider shows that is registered. */
function badlySetUp(observation: Observation): Cause[] {
  const { facts, probedAtMs, waitedMs } = observation;
  if (facts?.provider === undefined) return [];
  const lateMs = providerLateMs(facts, probedAtMs);
  // to load the set-up first is not enough for an ES module
  const libraries = isUnwatched(facts) ? [] : lateLibraries(facts);
  return [
    ...(isSetUpTwice(facts) ? cause(...TWICE) : []),
    ...(lateMs > 0
      ? cause(`the tracer provider was registered ${secondsOf(lateMs)} after the first request`, REGISTER_EARLY)
      : []),
    ...(libraries.length > 0 ? cause(...lateText(libraries)) : []),
    ...((facts.processors ?? []).some(({ delayMs = 0 }) => delayMs > waitedMs) ? batchInCode(observation) : []),
  ];
}

/** Libraries that an instrumentation was loaded for, and that were loaded before it could watch. */
export function lateLibraries({ early, packages }: Pick<SdkFacts, "early" | "packages">): string[] {
  // @nestjs/core has instrumentation-nestjs-core
  return early.filter((name) => packages.includes(`${INSTRUMENTATION}${name.replace(/^@/, "").replace("/", "-")}`));
}

/** What is wrong, and the fix. */
export function lateText(libraries: readonly string[]): readonly [what: string, fix: string] {
  const rest = libraries.length > 1 ? "were loaded before their" : "was loaded before its";
  const what = `${libraries.join(" and ")} ${rest} instrumentation`;
  return [what, "load the set-up first: node --require ./tracing.cjs server.js"];
}

/** Batch settings other than those that were asked. */
export function batchInCode({ variant, facts }: Pick<Observation, "variant" | "facts">): Cause[] {
  const asked = variant.processor!.kind.batching?.(variant.processor!.config);
  if (asked === undefined) return [];
  const inCode = facts?.processors?.find(
    ({ batch = asked.batch, delayMs = asked.delayMs }) => batch !== asked.batch || delayMs !== asked.delayMs,
  );
  if (inCode === undefined) return [];
  const { batch, queue, delayMs = asked.delayMs } = inCode;
  const cut = batch === queue ? ": a batch larger than its queue is cut to it, and a burst is lost" : "";
  const text = `a batch of ${batch}, a queue of ${queue} and a delay of ${formatDuration(delayMs)} are set in code or command${cut}`;
  return cause(text, VARIABLES);
}

/** A queue in a service whose Node processes all end at once by a signal. */
function unflushed({ facts }: Observation): Cause[] {
  const hasQueue = facts?.processors?.some(({ queue = 0 }) => queue > 0) === true;
  if (!hasQueue || facts.isEndedGently) return [];
  return cause(
    "no Node process of the service listens to SIGTERM, so it ends without exporting its queue",
    flushFix([]),
  );
}

export function flushFix(listeners: readonly string[]): string {
  return isPython(listeners)
    ? PYTHON_FLUSH
    : "on SIGTERM, shut the SDK down and wait for it (Node: await sdk.shutdown(), then process.exit()); pm2 sends SIGINT instead, and the parent of a cluster must wait for its workers";
}

/** Why an SDK that is set up makes no spans. */
function uninstrumented({ facts }: Observation): Cause[] {
  if (facts === undefined) return [];
  if (facts.isPython) return uninstrumentedInPython(facts);
  const { packages } = facts;
  if (isUnwatched(facts)) return cause(...UNWATCHED);
  if (packages.some((name) => name.startsWith(INSTRUMENTATION))) return [];
  return cause(
    "the SDK is set up, and no instrumentation of the server is loaded",
    "add @opentelemetry/instrumentation-http, or start a span for each request",
  );
}

/** Nothing sees what it imports. */
export const isUnwatched = ({ isEsm, hasLoader }: SdkFacts): boolean => isEsm && !hasLoader;

/** `3.9 s`. */
export function secondsOf(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
