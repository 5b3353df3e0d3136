import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { collectorFiles } from "../../collector/collector-kind.ts";
import { collectorFacts, readConfigurationFile, type CollectorFacts } from "../../collector/configuration.ts";
import { droppedInLog, type CollectorCounts, type DroppedInLog } from "../../collector/metrics-text.ts";
import type { CollectorSpec } from "../../spec/specs.ts";
import type { ReceiverEndpoints } from "../../sink/protocol.ts";
import { storedSpans } from "../measure/stored-spans.ts";
import { cpuBetween, type CpuReading } from "../measure/accounting.ts";
import { exitReason, type Child, type Exit } from "../processes/child.ts";
import { CollectorWatch } from "./collector-watch.ts";
import { collectorPorts, logOf, startCollector } from "./collector-start.ts";
import type { Deadline } from "../processes/deadline.ts";
import { listenersOn } from "../processes/listeners.ts";
import { accepting } from "../processes/ports.ts";
import { SpanMetricsReader, type SpanMetricsPages } from "../measure/span-metrics-pages.ts";
import { orFail, READY_WITHIN_MS } from "../processes/target-setting.ts";

const LOG_TAIL = 2000;

export interface CollectorOptions {
  readonly spec: CollectorSpec;
  /** The sink's. */
  readonly endpoints: ReceiverEndpoints;
  /** The port that the service's exporter needs. */
  readonly protocol: "otlpHttp" | "otlpGrpc";
  readonly cores: string | undefined;
  readonly signal: AbortSignal;
  readonly deadline?: Deadline;
}

/** What is known of a Collector at its end. */
export interface CollectorReading {
  readonly facts: CollectorFacts;
  /** As last scraped; all of its life, unless `died`. */
  readonly counts: CollectorCounts | undefined;
  readonly dropped: DroppedInLog;
  /** It held spans when it was asked to end, and had not ended when time was up. */
  readonly isCutOff: boolean;
  /** How it ended, if it did so by itself. */
  readonly died?: string;
  /** Kernel accounting, from the opening of the window. */
  readonly cpuUs?: number;
  /** The same by its own metrics: the second instrument. */
  readonly cpuUsSelfReported?: number;
  readonly rssPeakBytes?: number;
  readonly queuePeak?: number;
  /** Spans in its store, if it has one that answers. */
  readonly stored?: number | undefined;
  /** What it serves for Prometheus, if it counts spans. */
  readonly spanMetrics?: SpanMetricsPages | undefined;
}

/** A Collector between service and sink: one process of its own for each trial. */
export class CollectorProcess {
  /** Where the service exports to. */
  readonly endpoints: ReceiverEndpoints;
  readonly #startedMs = Date.now();
  /** Of the query API, if it keeps the spans. */
  readonly #store: string | undefined;
  readonly #child: Child;
  readonly #folder: string;
  readonly #facts: CollectorFacts;
  readonly #spanMetrics: SpanMetricsReader | undefined;
  readonly #watch: CollectorWatch;
  #exit: Exit | undefined;
  #cpuAtOpen: CpuReading | undefined;
  #cpuSecondsAtOpen: Promise<number | undefined> = Promise.resolve(undefined);

  /** Starts it and waits until its ports accept connections. Throws with the end of its log if they do not. */
  static async start(options: CollectorOptions): Promise<CollectorProcess> {
    const files = collectorFiles(options.spec)!;
    const facts = readConfigurationFile(files, collectorFacts);
    const folder = mkdtempSync(join(tmpdir(), "spantoll-collector-"));
    const ports = await collectorPorts();
    const { http, grpc, metrics, prometheus, query } = ports;
    const child = startCollector(files, { folder, ports, sinkUrl: options.endpoints.otlpHttp, cores: options.cores });
    const who = options.spec.text;
    try {
      const needed = [options.protocol === "otlpHttp" ? http : grpc, metrics];
      const message = `${who} accepted no connection within ${READY_WITHIN_MS / 1000} s at the ports ${needed.join(" and ")}: its otlp receiver must listen on 127.0.0.1 at \${env:OTLP_HTTP_PORT} and \${env:OTLP_GRPC_PORT}`;
      const accepted = Promise.all(needed.map((port) => accepting(port, child.exited)));
      await orFail(who, child, options, accepted, { message, withinMs: READY_WITHIN_MS });
    } catch (error) {
      await child.kill();
      const tail = logOf(folder).slice(-LOG_TAIL);
      rmSync(folder, { recursive: true, force: true });
      throw new Error(`${(error as Error).message}\n${tail}`, { cause: error });
    }
    const origin = (port: number): string => `http://127.0.0.1:${port}`;
    const endpoints = { ...options.endpoints, otlpHttp: `${origin(http)}/v1/traces`, otlpGrpc: origin(grpc) };
    const store = files.program.stores === true ? origin(query) : undefined;
    return new CollectorProcess({
      endpoints,
      store,
      child,
      folder,
      facts,
      metrics,
      prometheus,
    });
  }

  private constructor(started: Started) {
    this.endpoints = started.endpoints;
    this.#store = started.store;
    this.#child = started.child;
    this.#folder = started.folder;
    this.#facts = started.facts;
    const { spanMetricsAfterMs } = started.facts;
    this.#spanMetrics =
      spanMetricsAfterMs === undefined ? undefined : new SpanMetricsReader(started.prometheus, spanMetricsAfterMs);
    void started.child.exited.then((exit) => (this.#exit = exit));
    this.#watch = new CollectorWatch(started.metrics, listenersOn(started.metrics), started.facts);
  }

  get facts(): CollectorFacts {
    return this.#facts;
  }

  /** Before the window, when all of the warm-up is sent: reads what it has counted so far. */
  async settle(): Promise<void> {
    await this.#spanMetrics?.open();
  }

  openWindow(): void {
    this.#cpuAtOpen = this.readCpu();
    this.#cpuSecondsAtOpen = this.#watch.scrape().then((counts) => counts?.cpuSeconds);
  }

  /** Waits until it has sent what it holds, reads its counts, and ends it. */
  async finish(keep = false): Promise<CollectorReading> {
    const hasEnded = (): boolean => this.#exit !== undefined;
    await this.#watch.idle(hasEnded);
    const cpu = cpuBetween(this.#cpuAtOpen, this.readCpu());
    const cpuSeconds = this.#watch.counts?.cpuSeconds;
    // after the reading: what was decided in the window stands for what is still to be
    await this.#decide(hasEnded);
    const spanMetrics = await this.#spanMetrics?.close();
    await this.#watch.scrape();
    this.#watch.stop();
    const cpuSecondsAtOpen = await this.#cpuSecondsAtOpen;
    const stored = this.#store === undefined ? undefined : await storedSpans(this.#store, this.#startedMs);
    const died =
      this.#exit && exitReason("the Collector", { ...this.#exit, stderrTail: this.#logTail() }, "in mid-trial");
    const isKept = keep && this.#store !== undefined && died === undefined;
    const { counts, queuePeak, rssPeakBytes } = this.#watch;
    const isIdle = counts?.queueSize === 0;
    if (!isKept) await this.#end(isIdle);
    const dropped = droppedInLog(logOf(this.#folder), this.#facts);
    if (!isKept) this.#removeFolder();
    return {
      facts: this.#facts,
      counts,
      dropped,
      isCutOff: !dropped.isComplete && !(isIdle && this.#store !== undefined),
      ...(died !== undefined && { died }),
      ...(cpu && { cpuUs: cpu.totalUs }),
      ...(cpuSecondsAtOpen !== undefined &&
        cpuSeconds !== undefined && { cpuUsSelfReported: (cpuSeconds - cpuSecondsAtOpen) * 1e6 }),
      ...(rssPeakBytes !== undefined && { rssPeakBytes }),
      ...(counts && { queuePeak }),
      stored,
      spanMetrics,
    };
  }

  /** Lets a limit by the second take its seconds. */
  async #decide(hasEnded: () => boolean): Promise<void> {
    const { decidedAfterMs } = this.#facts;
    if (decidedAfterMs === undefined || hasEnded()) return;
    await sleep(decidedAfterMs);
    await this.#watch.idle(hasEnded);
  }

  /** Lets it run on when we are gone. Undefined if it has ended, or has no store to look at. */
  release(): { readonly url: string; readonly pid: number } | undefined {
    const [pid] = this.#watch.pids;
    if (this.#store === undefined || this.#exit !== undefined || pid === undefined) return undefined;
    // the guard alone: it would end what it guards
    process.kill(this.#child.pid, "SIGKILL");
    return { url: this.#store, pid };
  }

  /** Jaeger takes ten seconds to end by itself; with an empty queue it has nothing left to do. */
  async #end(isIdle: boolean): Promise<void> {
    if (this.#store !== undefined && isIdle) await this.#child.kill();
    else await this.#child.stop();
  }

  async kill(): Promise<void> {
    this.#watch.stop();
    await this.#child.kill();
    this.#removeFolder();
  }

  readCpu(): CpuReading | undefined {
    return this.#watch.readCpu();
  }

  #logTail(): string {
    return logOf(this.#folder).slice(-LOG_TAIL);
  }

  #removeFolder(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

interface Started {
  readonly endpoints: ReceiverEndpoints;
  readonly store: string | undefined;
  readonly child: Child;
  readonly folder: string;
  readonly facts: CollectorFacts;
  readonly metrics: number;
  readonly prometheus: number;
}
