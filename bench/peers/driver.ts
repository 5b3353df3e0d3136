/** A driver of load, ours or another's, and one stretch of it under load, told by the kernel and by the service that is loaded. */
import { cpuBetween, readCpu, type CpuReading } from "../../src/run/measure/accounting.ts";
import type { Context } from "./section.ts";
import type { Count, Service } from "./service.ts";

export interface LoadTask {
  readonly origin: string;
  readonly connections: number;
  /** Undefined: as fast as the service answers. */
  readonly ratePerSecond: number | undefined;
  /** Only ours knows another than evenly spaced. */
  readonly arrivals?: "poisson";
  readonly warmupMs: number;
  readonly windowMs: number;
}

/** Told at the edges of the window, with the process whose CPU counts. */
export interface Edges {
  opened(pid: number): void;
  closed(pid: number): void;
}

/** What a driver says of its own work. */
export interface Told {
  /** All it sent, or where it does not tell that, all that was answered. */
  readonly requests: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** How long a stretch the quantiles are of. */
  readonly overMs: number;
  /** From the moment a request was due to its sending; only ours knows. */
  readonly late?: { readonly p50Ms: number; readonly p99Ms: number };
}

export interface Driver {
  readonly name: string;
  /** In a fresh process. */
  run(task: LoadTask, edges: Edges, context: Context): Promise<Told>;
}

export interface Drive {
  readonly told: Told;
  /** The window, by the service's clock. */
  readonly open: Count;
  readonly closed: Count;
  readonly requestsPerSecond: number;
  readonly driverCpuUsPerRequest: number;
  readonly driverCoreShare: number;
  /** What the service counted over its life beyond what the driver says it sent. */
  readonly unaccountedRequests: number;
}

interface Reading {
  readonly count: Promise<Count>;
  readonly cpu: CpuReading | undefined;
}

/** Sets a driver on a service; `whenOpen` is called when the window opens. */
export async function drive(
  driver: Driver,
  service: Service,
  task: Omit<LoadTask, "origin">,
  context: Context,
  whenOpen: () => void = () => undefined,
): Promise<Drive> {
  const readings: Reading[] = [];
  const read = (pid: number): void => {
    readings.push({ count: service.count(), cpu: readCpu([pid]) });
  };
  const edges: Edges = {
    opened: (pid) => {
      read(pid);
      whenOpen();
    },
    closed: read,
  };
  const told = await driver.run({ ...task, origin: service.origin }, edges, context);
  const [first, last] = readings;
  if (first === undefined || last === undefined) throw new Error(`${driver.name} ended before its window did`);
  const [open, closed] = await Promise.all([first.count, last.count]);
  const requests = closed.requests - open.requests;
  const elapsedMs = closed.atMs - open.atMs;
  const cpuUs = cpuBetween(first.cpu, last.cpu)?.totalUs ?? Number.NaN;
  return {
    told,
    open,
    closed,
    requestsPerSecond: (requests * 1000) / elapsedMs,
    driverCpuUsPerRequest: cpuUs / requests,
    driverCoreShare: cpuUs / (elapsedMs * 1000),
    unaccountedRequests: Math.abs((await service.count()).requests - told.requests),
  };
}
