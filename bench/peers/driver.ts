/** The load process on a bare service. */
import { siblingModule } from "../../src/base/sibling.ts";
import { decodeHistogram, quantile } from "../../src/estimate/statistics/histogram.ts";
import type { LoadJob } from "../../src/load/job.ts";
import { cpuBetween, readCpu } from "../../src/run/measure/accounting.ts";
import { startChild, type Child } from "../../src/run/processes/child.ts";
import { LoadProcess } from "../../src/run/processes/load-process.ts";
import { findPinning } from "../../src/run/processes/pinning.ts";
import { nextMessage } from "./receiver.ts";

const { pinning } = findPinning();
const [WARMUP_MS, WINDOW_MS, CONNECTIONS] = [1000, 2000, 16];

type Count = { readonly requests: number; readonly atMs: number };
export type Figures = Readonly<Record<string, number>>;

/** What the driver used between two moments, by the kernel, and what the service got, by its own count. */
class Window {
  readonly #service: Child;
  readonly #moments: { readonly cpu: ReturnType<typeof readCpu>; readonly count: Promise<Count> }[] = [];

  constructor(service: Child) {
    this.#service = service;
  }

  mark(pid: number): void {
    const count = nextMessage(this.#service, "the service") as Promise<Count>;
    void this.#service.send({});
    this.#moments.push({ cpu: readCpu([pid]), count });
  }

  async figures(): Promise<Figures> {
    const [open, close] = this.#moments;
    const [before, after] = await Promise.all([open!.count, close!.count]);
    const cpuUs = cpuBetween(open!.cpu, close!.cpu)!.totalUs;
    const requests = after.requests - before.requests;
    const elapsedMs = after.atMs - before.atMs;
    return {
      "requests/s": (requests * 1000) / elapsedMs,
      "driver CPU µs/request": cpuUs / requests,
      "driver % of a core": cpuUs / (elapsedMs * 10),
    };
  }
}

async function onService(measure: (origin: string, window: Window) => Promise<Figures>): Promise<Figures> {
  const args = [siblingModule(import.meta.url, "./service-process")];
  const service = startChild({ command: process.execPath, args, ipc: true, cores: pinning?.target });
  try {
    const origin = (await nextMessage(service, "the service")) as string;
    const window = new Window(service);
    const own = await measure(origin, window);
    return { ...(await window.figures()), ...own };
  } finally {
    await service.stop();
  }
}

/** The load process of a trial, at a rate. */
export function ownDriver(ratePerSecond: number): Promise<Figures> {
  return onService(async (origin, window) => {
    const load = new LoadProcess(pinning?.others);
    await load.ready;
    const job: LoadJob = {
      requests: [{ route: "/", class: "ordinary", method: "GET", path: "/{id}", weight: 1, expect: [200] }],
      timeoutMs: 5000,
      keepRequests: false,
      driver: "open-loop",
      targets: [{ id: "peers", origin }],
      arrivals: "uniform",
      ratePerSecond,
      seed: 1,
      connections: CONNECTIONS,
      warmupMs: WARMUP_MS,
      durationMs: WINDOW_MS,
    };
    const mark = (): void => window.mark(load.child.pid);
    const silent = { warm: async () => undefined, opened: () => undefined, closed: () => undefined };
    // in a run the load process lives through all trials, so that its code is compiled in all but the first
    await load.run({ ...job, ratePerSecond: 4000, warmupMs: 0 }, silent);
    const [result] = await load.run(job, { ...silent, opened: mark, closed: mark });
    await load.child.stop();
    const [late, service] = [result!.latenessUs, result!.serviceTimeUs].map(decodeHistogram);
    const ms = (histogram: typeof late, p: number): number => quantile(histogram!, p) / 1000;
    return { "late p50 ms": ms(late, 0.5), "late p99 ms": ms(late, 0.99), "service time p99 ms": ms(service, 0.99) };
  });
}
