import { setTimeout as sleep } from "node:timers/promises";

const ANSWER_WITHIN_MS = 2000;

/** The pages of a spanmetrics endpoint, as Prometheus would scrape them at the window's opening and after it. */
export interface SpanMetricsPages {
  readonly before: string;
  readonly after: string;
}

/** Reads them from a port; all spans that were sent are in a page after so many ms. */
export class SpanMetricsReader {
  readonly #url: string;
  readonly #afterMs: number;
  #before: string | undefined;

  constructor(port: number, afterMs: number) {
    this.#url = `http://127.0.0.1:${port}/metrics`;
    this.#afterMs = afterMs;
  }

  async open(): Promise<void> {
    this.#before = await this.#read();
  }

  /** Undefined if a page is missing. */
  async close(): Promise<SpanMetricsPages | undefined> {
    const [before, after] = [this.#before, await this.#read()];
    return before === undefined || after === undefined ? undefined : { before, after };
  }

  async #read(): Promise<string | undefined> {
    await sleep(this.#afterMs);
    try {
      const answer = await fetch(this.#url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
      return await answer.text();
    } catch {
      return undefined;
    }
  }
}
