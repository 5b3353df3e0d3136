import { createRequire } from "node:module";
import { UserError } from "../../base/problem.ts";
import type { FlushCounts, FromTarget, ProcessCounts, SpanCounts, TargetOptions, ToTarget } from "../protocol.ts";
import type { Tracing } from "../tracing.ts";
import { connectControl, type Control } from "./control.ts";
import { startMeters, type Meters } from "./meters.ts";
import { countRequests, type RequestCounts } from "./request-counter.ts";

/**
 * The harness's part of a target, the same in every variant. Answers over the control socket, and ends the
 * process when the harness hangs up.
 */
export class Probe {
  readonly #service: string;
  readonly #meters: Meters = startMeters();
  readonly #requests: () => RequestCounts;
  #control: Control | undefined;
  #tracing: Tracing | undefined;
  #instrumented: () => string[] = () => [];
  /** When counts last began anew. */
  #before: Pick<RequestCounts, "started" | "ownCalls"> = { started: 0, ownCalls: 0 };

  private constructor(options: TargetOptions) {
    this.#service = options.service;
    this.#requests = countRequests(options.burnUsPerRequest, options.port);
  }

  /** Connects and sends `hello`. Rejects if the harness does not listen. */
  static async start(options: TargetOptions): Promise<Probe> {
    const probe = new Probe(options);
    const onMessage = (message: ToTarget): void => void probe.#answer(message);
    probe.#control = await connectControl(options.control, onMessage, () => process.exit());
    probe.#send({ type: "hello", pid: process.pid, service: options.service, node: process.version });
    return probe;
  }

  /** Flush and finish act on `tracing` from now on. */
  watch(tracing: Tracing): void {
    this.#tracing = tracing;
  }

  /** Asked at the end for the libraries that were instrumented. */
  watchLibraries(instrumented: () => string[]): void {
    this.#instrumented = instrumented;
  }

  listening(origin: string): void {
    this.#send({ type: "listening", origin });
  }

  /** Reports why the service cannot start, and ends the process. */
  async fail(error: unknown): Promise<never> {
    const message = `${this.#service}: ${explain(error)}`;
    // who waits for the port of a command reads only what it wrote
    process.stderr.write(`${message}\n`);
    await this.#control!.sendLast({ type: "failed", message });
    process.exit(1);
  }

  #send(message: FromTarget): void {
    this.#control!.send(message);
  }

  async #answer(message: ToTarget): Promise<void> {
    const { id } = message;
    switch (message.type) {
      case "usage": {
        const usage = await this.#meters.read(message.collectGarbage === true);
        return this.#send({ id, type: "usage", usage: { ...usage, burntUs: this.#requests().burntUs } });
      }
      case "window-open":
        this.#meters.openWindow();
        return this.#send({ id, type: "ok" });
      case "flush": {
        this.#control!.hold();
        await this.#tracing?.flush();
        return this.#send({ id, type: "flushed", ...this.#flushCounts() });
      }
      case "control": {
        const spansStarted = this.#tracing?.counts()?.started;
        const { started } = this.#requests();
        return this.#send({ id, type: "controlled", requestsStarted: started, spansStarted, isTraced: hasProvider() });
      }
      case "profile":
      case "profiled":
      case "scripts":
        throw new Error("the control thread answers this");
      case "turn": {
        const counts = this.#turn();
        return this.#send({ id, type: "turned", ...(counts && { counts }) });
      }
      case "finish":
        return this.#finish(id, message.timeoutMs);
    }
  }

  #flushCounts(): FlushCounts {
    const counts = this.#tracing?.counts();
    const { started, ownCalls } = this.#requests();
    return {
      lostSpans: lostSpansOf(counts),
      pendingSpans: this.#tracing === undefined ? 0 : counts && counts.stillQueued + counts.unresolved.count,
      spansStarted: counts?.started,
      requestsStarted: started - ownCalls,
    };
  }

  async #finish(id: number, timeoutMs: number): Promise<void> {
    this.#control!.hold();
    await this.#tracing?.shutdown(timeoutMs);
    this.#send({ id, type: "finished", ...this.#counts() });
  }

  /** The counts, which begin anew; undefined if something is under way. */
  #turn(): ProcessCounts | undefined {
    const counts = this.#counts();
    const { started, answered } = this.#requests();
    if (answered < started || this.#tracing?.isAtRest === false) return undefined;
    this.#tracing?.countAnew();
    this.#before = this.#requests();
    return counts;
  }

  #counts(): ProcessCounts {
    const spans = this.#tracing?.counts();
    const lostSpans = this.#tracing?.lostSpans();
    const { started, ownCalls } = this.#requests();
    return {
      ...(spans === undefined ? {} : { spans }),
      ...(lostSpans === undefined ? {} : { lostSpans }),
      requestsStarted: started - this.#before.started,
      ownCalls: ownCalls - this.#before.ownCalls,
      instrumented: this.#instrumented(),
      ...(this.#tracing === undefined && { tracers: loadedTracers() }),
    };
  }
}

function lostSpansOf(counts: SpanCounts | undefined): number {
  if (counts === undefined) return 0;
  const failed = Object.values(counts.exportFailed).reduce((sum, { count }) => sum + count, 0);
  return counts.queueFull + counts.afterShutdown + counts.tailEvicted + failed;
}

/** Whether a tracer provider is registered with OpenTelemetry's API of any copy of major version 1. */
function hasProvider(): boolean {
  const api: unknown = Reflect.get(globalThis, Symbol.for("opentelemetry.js.api.1"));
  return typeof api === "object" && api !== null && Reflect.get(api, "trace") !== undefined;
}

const TRACERS =
  /\/node_modules\/(@opentelemetry\/sdk-trace(?:-[a-z]+)?|dd-trace|newrelic|elastic-apm-node|@sentry\/node(?:-core)?|@appsignal\/nodejs|@google-cloud\/trace-agent|@instana\/collector|applicationinsights)\//;

/** Packages that can trace a service by themselves, of those that this process has loaded. */
function loadedTracers(): string[] {
  const paths = Object.keys(createRequire(import.meta.url).cache);
  return [...new Set(paths.flatMap((path) => TRACERS.exec(path.replaceAll("\\", "/"))?.[1] ?? []))];
}

function explain(error: unknown): string {
  if (error instanceof UserError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
