/** A Prometheus that knows a made-up cluster: it answers range selectors of its series, and can be made to fail. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export type Samples = readonly (readonly [atS: number, value: number])[];

export interface FakeSeries {
  readonly labels: Readonly<Record<string, string>> & { readonly __name__: string };
  readonly samples?: Samples;
  /** Of a native histogram, cumulative over time: [upper bound, count]. */
  readonly native?: readonly (readonly [atS: number, buckets: readonly (readonly [number, number])[]])[];
}

/** Counters of a replica from 0 to `seconds`, one scrape a second; `changes` are what happens to it. */
export function replica(
  variant: string,
  instance: string,
  changes: {
    rate?: number;
    cpuUs?: number;
    from?: number;
    to?: number;
    restartAt?: number;
    without?: readonly [number, number];
    seconds?: number;
    startedAt?: number;
  } = {},
): FakeSeries[] {
  const {
    rate = 100,
    cpuUs = 500,
    from = 0,
    to = Infinity,
    restartAt = Infinity,
    without = [Infinity, Infinity],
    seconds = 120,
  } = changes;
  const at = Array.from({ length: seconds + 1 }, (_, second) => second).filter(
    (second) => second >= from && second <= to && (second < without[0] || second > without[1]),
  );
  const served = (second: number): number => (second >= restartAt ? second - restartAt : second + 1000) * rate;
  const series = (name: string, value: (second: number) => number, more: Record<string, string> = {}): FakeSeries => ({
    labels: { __name__: name, variant, instance, ...more },
    samples: at.map((second) => [second, value(second)]),
  });
  const bucket = (le: string, share: number): FakeSeries =>
    series("http_request_duration_seconds_bucket", (second) => served(second) * share, { le });
  return [
    series("process_cpu_seconds_total", (second) => (served(second) * cpuUs) / 1e6),
    series("http_requests_total", served),
    series("process_resident_memory_bytes", () => 1e8),
    series("process_start_time_seconds", (second) => (second >= restartAt ? restartAt : (changes.startedAt ?? -5))),
    bucket("0.01", 0.5),
    bucket("0.02", 1),
    bucket("+Inf", 1),
  ];
}

export class FakePrometheus {
  readonly #server: Server;
  /** Answers with this instead, so many times. */
  failing: { status: number; times: number } | undefined;
  series: readonly FakeSeries[];

  constructor(series: readonly FakeSeries[]) {
    this.series = series;
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { query, time } = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
        if (this.failing !== undefined && this.failing.times-- > 0)
          response.writeHead(this.failing.status).end('{"status":"error","error":"made to fail"}');
        else
          response.end(JSON.stringify({ data: { resultType: "matrix", result: this.#answer(query!, Number(time)) } }));
      });
    });
  }

  async start(): Promise<URL> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return new URL(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`);
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #answer(query: string, time: number): object[] {
    const [, own, inside, ms] = /^(\w*)\{(.*)\}\[(\d+)ms\]$/.exec(query)!;
    const names = new RegExp(`^(?:${own === "" ? /__name__=~"([^"]*)"/.exec(inside!)![1]! : own})$`);
    const wanted = [...inside!.matchAll(/(\w+)="([^"]*)"/g)].map(([, label, value]) => [label!, value!] as const);
    const isIn = ([at]: readonly [number, ...unknown[]]): boolean => at > time - Number(ms) / 1000 && at <= time;
    return this.series
      .filter(({ labels }) => names.test(labels.__name__) && wanted.every(([label, value]) => labels[label] === value))
      .map(({ labels, samples = [], native = [] }) => ({
        metric: labels,
        values: samples.filter(isIn).map(([at, value]) => [at, String(value)]),
        histograms: native.filter(isIn).map(([at, buckets]) => [
          at,
          {
            count: "0",
            sum: "0",
            buckets: buckets.map(([high, count]) => [0, String(high / 2), String(high), String(count)]),
          },
        ]),
      }))
      .filter(({ values, histograms }) => values.length + histograms.length > 0);
  }
}
