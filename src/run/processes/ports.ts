import { randomInt } from "node:crypto";
import { connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { cpuBetween, readCpuOfTrees, type CpuReading } from "./accounting.ts";
import { portsServedBy } from "./listeners.ts";

/** Below those that kernels give out: no other process is given one of them before the service listens. */
const PORTS = [20_000, 32_000] as const;

/** The latest that this process has given out: what got one may be about to listen on it, or be known by it. */
const given = new Set<number>();
const REMEMBERED = 5000;

/** So many ports of 127.0.0.1 that nothing listens on, and that no call has given lately. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = randomInt(...PORTS);
    if (given.has(port)) continue;
    given.add(port);
    // a Set is in the order of adding
    if (given.size > REMEMBERED) given.delete(given.values().next().value!);
    if (await isFree(port)) ports.push(port);
  }
  return ports;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

const POLL_MS = 25;
const POLLS_A_LOOK = 40;

/** The origin on loopback at which the port accepts connections; undefined if the process ends before, or once `isHopeless`. */
export async function accepting(
  port: number,
  exited: Promise<unknown>,
  isHopeless = (): boolean => false,
): Promise<string | undefined> {
  const origins = ["127.0.0.1", "[::1]"].map((host) => `http://${host}:${port}`);
  const ended = new AbortController();
  void exited.then(() => ended.abort());
  for (let polls = 1; !ended.signal.aborted; polls++) {
    for (const origin of origins) if (await accepts(origin)) return origin;
    if (polls % POLLS_A_LOOK === 0 && isHopeless()) return undefined;
    await sleep(POLL_MS);
  }
  return undefined;
}

function accepts(origin: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(hostAndPort(origin));
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

/** Longer than what starts does nothing, such as while it connects to a database. */
const IDLE_MS = 3000;
const IDLE_CORE_SHARE = 0.05;

/** Returns whether these processes listen somewhere, and have hardly run for some seconds: they will listen nowhere else. */
export function isIdleListener(pids: () => readonly number[]): () => boolean {
  let [before, atMs, sinceMs]: [CpuReading | undefined, number, number] = [undefined, 0, 0];
  return () => {
    const [cpu, nowMs] = [readCpuOfTrees(pids), performance.now()];
    const used = cpuBetween(before, cpu);
    const isIdle = used !== undefined && used.totalUs / 1000 < IDLE_CORE_SHARE * (nowMs - atMs);
    [before, atMs] = [cpu, nowMs];
    if (!isIdle || portsServedBy(pids()).length === 0) sinceMs = nowMs;
    return nowMs - sinceMs >= IDLE_MS;
  };
}

export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

const USUAL_PORT = 80;

/** What to connect to for an origin. */
export function hostAndPort(origin: string): HostAndPort {
  const { hostname, port } = new URL(origin);
  return { host: hostname.replaceAll(/[[\]]/g, ""), port: Number(port || USUAL_PORT) };
}
