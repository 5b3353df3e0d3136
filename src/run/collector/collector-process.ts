import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withinTime } from "../../base/clock.ts";
import { collectorFiles } from "../../collector/collector-kind.ts";
import { collectorFacts, readConfigurationFile, type CollectorFacts } from "../../collector/configuration.ts";
import { collectorVersion } from "../../collector/version.ts";
import { droppedInLog, type CollectorCounts } from "../../collector/metrics-text.ts";
import type { CollectorSpec } from "../../spec/scenario.ts";
import type { ReceiverEndpoints } from "../../sink/protocol.ts";
import { storedSpans } from "./stored-spans.ts";
import { cpuBetween, type CpuReading } from "../processes/accounting.ts";
import { exitReason, type Child, type Exit } from "../processes/child.ts";
import type { CollectorReading } from "./collector-reading.ts";
import { CollectorWatch, metricsPage } from "./collector-watch.ts";
import { collectorPorts, logOf, startCollector } from "./collector-start.ts";
import type { Deadline } from "../processes/deadline.ts";
import { listenersOn } from "../processes/listeners.ts";
import { yieldCores } from "../processes/pinning.ts";
import { accepting } from "../processes/ports.ts";
import { awaitReady, READY_WITHIN_MS } from "../processes/readiness.ts";

const LOG_TAIL = 2000;

export interface CollectorOptions {
  readonly spec: CollectorSpec;
  /** The sink's. */
  readonly endpoints: ReceiverEndpoints;
  /** The port that the service's exporter needs. */
  readonly protocol: "otlpHttp" | "otlpGrpc";
  readonly cores: string | undefined;
  readonly signal: AbortSignal;
  readonly deadline: Deadline;
}

/** A Collector between service and sink: one process of its own for each trial. */
export class CollectorProcess {
  /** Where the service exports to. */
  readonly endpoints: ReceiverEndpoints;
  readonly facts: CollectorFacts;
  readonly #startedMs = Date.now();
  readonly #started: Started;
  readonly #watch: CollectorWatch;
  #spanMetricsAtOpen: string | undefined;
  #exit: Exit | undefined;
  #cpuAtOpen: CpuReading | undefined;
  #countsAtOpen: Promise<CollectorCounts | undefined> = Promise.resolve(undefined);

  /** Starts it and waits until its ports accept connections. Throws with the end of its log if they do not. */
  static async start(options: CollectorOptions): Promise<CollectorProcess> {
    const files = collectorFiles(options.spec)!;
    const facts = readConfigurationFile(files, collectorFacts);
    const version = collectorVersion(files);
    const folder = mkdtempSync(join(tmpdir(), "spantoll-collector-"));
    const ports = await collectorPorts();
    const { http, grpc, metrics, prometheus, query } = ports;
    const child = startCollector(files, { folder, ports, sinkUrl: options.endpoints.otlpHttp, cores: options.cores });
    const who = options.spec.text;
    try {
      const needed = [options.protocol === "otlpHttp" ? http : grpc, metrics];
      const message = () =>
        `${who} accepted no connection within ${READY_WITHIN_MS / 1000} s at the ports ${needed.join(" and ")}: its otlp receiver must listen on 127.0.0.1 at \${env:OTLP_HTTP_PORT} and \${env:OTLP_GRPC_PORT}`;
      const accepted = Promise.all(needed.map((port) => accepting(port, child.exited)));
      await awaitReady(who, child, options, accepted, { message, withinMs: READY_WITHIN_MS });
    } catch (error) {
      await child.kill();
      const tail = logTail(folder);
      rmSync(folder, { recursive: true, force: true });
      throw new Error(`${(error as Error).message}\n${tail}`, { cause: error });
    }
    const origin = (port: number): string => `http://127.0.0.1:${port}`;
    const endpoints = { ...options.endpoints, otlpHttp: `${origin(http)}/v1/traces`, otlpGrpc: origin(grpc) };
    const store = files.program.stores === true ? origin(query) : undefined;
    return new CollectorProcess({ endpoints, store, child, folder, facts, version, metrics, prometheus });
  }

  private constructor(started: Started) {
    this.#started = started;
    this.endpoints = started.endpoints;
    this.facts = started.facts;
    void started.child.exited.then((exit) => (this.#exit = exit));
    this.#watch = new CollectorWatch(started.metrics, listenersOn(started.metrics), started.facts);
  }

  /** After the warm-up, which loads it more than it can take: the driver shares its cores, and must leave on time. */
  async yieldToDriver(): Promise<void> {
    await Promise.all(this.#watch.pids.map(yieldCores));
  }

  /** Before the window, when all of the warm-up is sent: reads what it has counted so far. */
  async settle(): Promise<void> {
    this.#spanMetricsAtOpen = await this.#spanMetrics();
  }

  /** The page of its span metrics, if it has one, when all spans that were sent are in it. */
  async #spanMetrics(): Promise<string | undefined> {
    const { spanMetricsAfterMs } = this.facts;
    if (spanMetricsAfterMs === undefined || (await this.#endsWithin(spanMetricsAfterMs))) return undefined;
    return metricsPage(this.#started.prometheus);
  }

  openWindow(): void {
    this.#cpuAtOpen = this.readCpu();
    this.#countsAtOpen = this.#watch.scrape();
  }

  /** Waits until it has sent what it holds, reads its counts, and ends it. */
  async finish(keep = false): Promise<CollectorReading> {
    const hasEnded = (): boolean => this.#exit !== undefined;
    await this.#watch.idle(hasEnded);
    const readUse = () =>
      [cpuBetween(this.#cpuAtOpen, this.readCpu())?.totalUs, this.#watch.counts?.cpuSeconds] as const;
    // what was decided of the warm-up in the window stands for what is still to be decided
    const steady = readUse();
    await this.#decide(hasEnded);
    const [before, after] = [this.#spanMetricsAtOpen, await this.#spanMetrics()];
    await this.#watch.scrape();
    this.#watch.stop();
    // nothing of the warm-up was left
    const [cpuUs, cpuSeconds] = before === undefined ? steady : readUse();
    const atOpen = await this.#countsAtOpen;
    const { store, folder, child, version } = this.#started;
    const stored = store === undefined ? undefined : await storedSpans(store, this.#startedMs);
    const died =
      this.#exit && exitReason("the Collector", { ...this.#exit, stderrTail: logTail(folder) }, "in mid-trial");
    const isKept = keep && store !== undefined && died === undefined;
    const { counts, queuePeak, rssPeakBytes } = this.#watch;
    // Jaeger takes ten seconds to end by itself; with an empty queue it has nothing left to do
    const isDone = store !== undefined && counts?.queueSize === 0;
    if (!isKept) await (isDone ? child.kill() : child.stop());
    const dropped = droppedInLog(logOf(folder), this.facts);
    if (!isKept) rmSync(folder, { recursive: true, force: true });
    const isKnown = cpuSeconds !== undefined && atOpen !== undefined;
    return {
      facts: this.facts,
      version,
      counts,
      bytesInAtOpen: atOpen?.bytesIn,
      dropped,
      isCutOff: !dropped.isComplete && !isDone,
      died,
      cpuUs,
      cpuUsSelfReported: isKnown ? (cpuSeconds - atOpen.cpuSeconds) * 1e6 : undefined,
      rssPeakBytes,
      queuePeak: counts && queuePeak,
      stored,
      spanMetrics: before !== undefined && after !== undefined ? { before, after } : undefined,
    };
  }

  /** Lets a limit by the second take its seconds. */
  async #decide(hasEnded: () => boolean): Promise<void> {
    const { decidedAfterMs } = this.facts;
    if (decidedAfterMs === undefined || (await this.#endsWithin(decidedAfterMs))) return;
    await this.#watch.idle(hasEnded);
  }

  /** Waits so long, unless it ends. */
  #endsWithin(ms: number): Promise<boolean> {
    return withinTime(this.#started.child.exited, ms);
  }

  /** Lets it run on when we are gone; its folder goes. Undefined if it has ended, or has no store to look at. */
  release(): { readonly url: string; readonly pid: number } | undefined {
    const [pid] = this.#watch.pids;
    const { store, child, folder } = this.#started;
    if (store === undefined || this.#exit !== undefined || pid === undefined) return undefined;
    rmSync(folder, { recursive: true, force: true });
    // the guard alone: it would end what it guards
    process.kill(child.pid, "SIGKILL");
    return { url: store, pid };
  }

  async kill(): Promise<void> {
    this.#watch.stop();
    await this.#started.child.kill();
    rmSync(this.#started.folder, { recursive: true, force: true });
  }

  readCpu(): CpuReading | undefined {
    return this.#watch.readCpu();
  }
}

function logTail(folder: string): string {
  return logOf(folder).slice(-LOG_TAIL);
}

interface Started {
  readonly endpoints: ReceiverEndpoints;
  /** Of the query API, if it keeps the spans. */
  readonly store: string | undefined;
  readonly child: Child;
  readonly folder: string;
  readonly facts: CollectorFacts;
  readonly version: string | undefined;
  readonly metrics: number;
  readonly prometheus: number;
}
