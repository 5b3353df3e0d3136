/** A CPU profile of V8 → µs by function, and by part of the program. Pure. */
import { total } from "../../base/sum-of.ts";
import { mergeCalls, ownUs, type Call } from "../../record/calls.ts";

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly children?: readonly number[];
}

/** As `Profiler.stop` of the Chrome DevTools protocol returns it. Times are µs. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** Node ids. */
  readonly samples: readonly number[];
  /** From the sample before to this one. */
  readonly timeDeltas: readonly number[];
}

const COLLECTOR = "V8: garbage collector";
/**
 * What V8 names by no file and counts as no JavaScript. Node calls itself idle while it reads and writes between two polls,
 * so only the kernel knows what native code takes.
 */
const NATIVE = new Set(["(idle)", "(program)", "(root)"]);
/** Node's modules that carry the context across callbacks. */
const CONTEXT = /^node:(async_hooks|internal\/async_)/;
const CONTEXT_PART = "Node: async context";

/** µs of the main thread in JavaScript and its collector by function, without idle time and native code. A sample counts for the function that ran, from halfway to the one before until halfway to the next. */
export function callsOf({ nodes, samples, timeDeltas }: CpuProfile): Call[] {
  const sampledUs = new Map<number, number>();
  // the profiler's thread is late while the driver works: when a request ends, and when one begins
  const lasted = (at: number): number => (Math.max(0, timeDeltas[at] ?? 0) + Math.max(0, timeDeltas[at + 1] ?? 0)) / 2;
  samples.forEach((id, at) => sampledUs.set(id, (sampledUs.get(id) ?? 0) + lasted(at)));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const callsIn = ({ id, callFrame, children = [] }: ProfileNode, caller?: string): Call[] => {
    const { functionName, url } = callFrame;
    // V8's own built-in functions belong to what called them
    const part = url === "" ? partOfBuiltIn(functionName, caller) : partOfUrl(url);
    const calls = children.flatMap((child) => callsIn(byId.get(child)!, part));
    if (part === undefined) return calls;
    const us = (sampledUs.get(id) ?? 0) + total(calls, (call) => call.us);
    return [{ name: functionName === "" ? "(anonymous)" : functionName, part, us, calls }];
  };
  return mergeCalls(nodes.slice(0, 1).flatMap((root) => callsIn(root)));
}

/** µs by part: a package, the service's own code, Node, V8. */
export function partsOf(calls: readonly Call[]): Map<string, number> {
  const parts = new Map<string, number>();
  const add = (call: Call): void => {
    const us = ownUs(call);
    if (us > 0) parts.set(call.part, (parts.get(call.part) ?? 0) + us);
    call.calls.forEach(add);
  };
  calls.forEach(add);
  return parts;
}

/** A span that fills a batch exports it before its `end` returns, with the spans of all others. */
const EXPORT = /^@opentelemetry\/(?:otlp-|exporter-)/;

/**
 * µs of OpenTelemetry's code by the instrumentation it ran for, which is the nearest caller that is one: with the spans that it
 * starts and ends, and the context that it keeps. What the instrumented library did meanwhile is not in it; nor are export
 * and garbage collection, which are for all of them.
 */
export function instrumentationsOf(calls: readonly Call[]): Map<string, number> {
  const spent = new Map<string, number>();
  const add = (call: Call, caller?: string): void => {
    const own = instrumentationIn(call.part);
    const instrumentation = EXPORT.test(call.part) ? undefined : (own ?? caller);
    const isTracing = own !== undefined || call.part.startsWith("@opentelemetry/") || call.part === CONTEXT_PART;
    if (instrumentation !== undefined && isTracing)
      spent.set(instrumentation, (spent.get(instrumentation) ?? 0) + ownUs(call));
    for (const inner of call.calls) add(inner, instrumentation);
  };
  for (const call of calls) add(call);
  return spent;
}

/** `http` of OpenTelemetry's, `acme/queue` and `prisma` of others. */
function instrumentationIn(part: string): string | undefined {
  if (part === "@fastify/otel") return "fastify";
  const [, scope, name] = /^(?:@([^/]+)\/)?instrumentation(?:-(.+))?$/.exec(part) ?? [];
  return scope === "opentelemetry" ? name : [scope, name].filter(Boolean).join("/") || undefined;
}

function partOfBuiltIn(functionName: string, caller: string | undefined): string | undefined {
  if (NATIVE.has(functionName)) return undefined;
  return functionName === "(garbage collector)" ? COLLECTOR : caller;
}

/** Also as it was built for another Node, and beside the packages of another SDK. */
const OUR_TARGET = /(?:^|\/)(?:src|dist|spantoll-(?:target-)?[0-9a-f]{16})\/target\/(.+)$/;

/** `node_modules/@scope/name/…` is the package; src/target/… of Spantoll is the service it brings, or its measuring. */
export function partOfUrl(url: string): string {
  if (url.startsWith("node:")) return CONTEXT.test(url) ? CONTEXT_PART : "Node";
  const inner = url.slice(url.lastIndexOf("/node_modules/") + 1);
  const [, name, file] = /^node_modules\/((?:@[^/]+\/)?[^/]+)\/([^?]*)/.exec(inner) ?? [];
  const isOurs = name === undefined || name === "spantoll" || name === ".cache";
  const own = isOurs ? OUR_TARGET.exec(file ?? url) : undefined;
  if (own) return own[1]!.startsWith("services/") ? "the service" : "Spantoll's own ledger and probe";
  return name ?? "the service";
}
