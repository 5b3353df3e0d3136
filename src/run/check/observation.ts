/** What one variant of the target did with some requests, from its start to its end. */
import { traceKey } from "../../fidelity/lost-spans.ts";
import type { Variant } from "../../plan/variant.ts";
import type { ReceiverResult } from "../../sink/protocol.ts";
import type { UnexpectedAnswers } from "../../load/job.ts";
import type { SdkFacts } from "../../target/probe/sdk-facts.ts";

export interface Observation {
  readonly variant: Variant;
  /** Why it could not be started, or ended by itself. Nothing else holds then. */
  readonly failure?: Error;
  readonly sent: number;
  /** With an expected status. */
  readonly answered: number;
  /** How the others were answered. */
  readonly unexpected: readonly UnexpectedAnswers[];
  readonly firstAtMs: number;
  /** When it was asked its very first request, which is none of `sent`. */
  readonly probedAtMs: number;
  /** How long the spans were waited for before the end. */
  readonly waitedMs: number;
  /** Spans received before the target was asked to end. */
  readonly receivedAlive: number;
  readonly result: ReceiverResult;
  /** The command lines of the processes that listen; empty if unknown, or the target is Spantoll's own. */
  readonly listeners: readonly string[];
  /** Of the connections that its processes opened, without those to the sink. */
  readonly portsCalled: readonly number[];
  /** To which spans were to be sent. */
  readonly sinkPorts: readonly number[];
  /** The variables with which these processes were started. */
  readonly environment: Readonly<Record<string, string>>;
  /** Only of Node processes that bring their own SDK. */
  readonly facts: SdkFacts | undefined;
  /** The last of what it wrote to stdout and stderr. */
  readonly output: string;
  /** From the first request to the last span; undefined if the kernel does not report it. */
  readonly cpuUs: number | undefined;
  /** That it started, and that are measured. */
  readonly processes: number;
}

/** No request got a status. */
export const isMute = ({ answered, unexpected }: Pick<Observation, "answered" | "unexpected">): boolean =>
  answered === 0 && unexpected.every(({ status }) => !/^\d+$/.test(status));

export interface Traces {
  readonly count: number;
  /**
   * Traces that name a request or begin with a server span, as far as they arrived: background work makes traces too. All of
   * them if none does: then requests begin with something else, also if a service behind has server spans.
   */
  readonly served: number;
  /** Server spans without a parent. */
  readonly serverRoots: number;
  /** Spans without a parent. */
  readonly roots: number;
  /** Server spans whose parent is a server span of the same service in the same trace. */
  readonly doubled: number;
  /** Requests that a span names. */
  readonly named: number;
  readonly spans: number;
  readonly services: readonly string[];
}

const SERVER = 2;

/** Clocks of the SDKs differ by so much. */
export const CLOCK_SLACK_MS = 100;

/** What the traces of an observation say that began with its requests: a service makes others as it starts. */
export function tracesOf({ result: { spans }, firstAtMs }: Pick<Observation, "result" | "firstAtMs">): Traces {
  const fromUs = (firstAtMs - CLOCK_SLACK_MS) * 1000;
  const traces = new Set<bigint>();
  const served = new Set<bigint>();
  const named = new Set<number>();
  const servers = new Map<bigint, number>();
  const services = new Set<string>();
  const length = spans.kind.length;
  const earlier = new Set<bigint>();
  const received = new Set(spans.spanId);
  const { parentId, kind, requestId, service, strings } = spans;
  for (let row = 0; row < length; row++) if (spans.startUs[row]! < fromUs) earlier.add(traceKey(spans, row));
  for (let row = 0; row < length; row++) if (kind[row] === SERVER) servers.set(spans.spanId[row]!, row);
  let [count, roots, serverRoots, doubled] = [0, 0, 0, 0];
  for (let row = 0; row < length; row++) {
    const id = traceKey(spans, row);
    if (earlier.has(id)) continue;
    count++;
    traces.add(id);
    services.add(strings[service[row]!] ?? "");
    const isNamed = !Number.isNaN(requestId[row]!);
    if (isNamed) named.add(requestId[row]!);
    if (isNamed || (kind[row] === SERVER && !received.has(parentId[row]!))) served.add(id);
    if (parentId[row] === 0n) roots++;
    if (parentId[row] === 0n && kind[row] === SERVER) serverRoots++;
    const above = servers.get(parentId[row]!);
    if (kind[row] === SERVER && above !== undefined && service[above] === service[row]) doubled++;
  }
  const { size } = served.size > 0 ? served : traces;
  return {
    count: traces.size,
    served: size,
    serverRoots,
    roots,
    doubled,
    named: named.size,
    spans: count,
    services: [...services],
  };
}
