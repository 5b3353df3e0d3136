import { setTimeout as sleep } from "node:timers/promises";
import type { CollectorFacts } from "../../collector/configuration.ts";
import { collectorCounts, type CollectorCounts } from "../../collector/metrics-text.ts";
import { readCpu, readPeakRssBytes, type CpuReading } from "../processes/accounting.ts";

/** A queue that waits for a backend is given up, and what it holds has its line in the ledger. */
export const IDLE_WITHIN_MS = 6000;
const POLL_MS = 100;
const WATCH_MS = 500;
const SCRAPE_WITHIN_MS = 2000;

/** What a port of this machine serves for Prometheus. Undefined if it does not answer with it. */
export async function metricsPage(port: number): Promise<string | undefined> {
  try {
    const signal = AbortSignal.timeout(SCRAPE_WITHIN_MS);
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`, { signal });
    return answer.ok ? await answer.text() : undefined;
  } catch {
    return undefined;
  }
}

/** Reads a Collector's own metrics and the kernel's account of it, twice a second. */
export class CollectorWatch {
  readonly pids: readonly number[];
  readonly #port: number;
  readonly #facts: CollectorFacts;
  readonly #timer: NodeJS.Timeout;
  /** As last scraped. */
  counts: CollectorCounts | undefined;
  queuePeak = 0;
  rssPeakBytes: number | undefined;

  constructor(port: number, pids: readonly number[], facts: CollectorFacts) {
    this.#port = port;
    this.pids = pids;
    this.#facts = facts;
    this.#timer = setInterval(() => void this.scrape(), WATCH_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Undefined if it does not answer. */
  async scrape(): Promise<CollectorCounts | undefined> {
    const page = await metricsPage(this.#port);
    if (page === undefined) return undefined;
    this.counts = collectorCounts(page, this.#facts.sinkExporters);
    this.queuePeak = Math.max(this.queuePeak, this.counts.queueSize);
    this.rssPeakBytes = (this.pids.length === 0 ? undefined : readPeakRssBytes(this.pids)) ?? this.rssPeakBytes;
    return this.counts;
  }

  /** Undefined if the kernel does not say which process it is, or it has ended. */
  readCpu(): CpuReading | undefined {
    return readCpu(this.pids);
  }

  /** Waits until its queue is empty and it sends nothing more, it has ended, or time is up. */
  async idle(hasEnded: () => boolean): Promise<void> {
    const deadlineMs = performance.now() + IDLE_WITHIN_MS;
    let before = -1;
    while (!hasEnded() && performance.now() < deadlineMs) {
      const counts = await this.scrape();
      const done = counts && counts.sent + counts.sendFailed + counts.enqueueFailed;
      if (done === before && counts?.queueSize === 0) return;
      before = done ?? -1;
      await sleep(POLL_MS);
    }
  }
}
