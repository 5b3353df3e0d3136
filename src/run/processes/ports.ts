import { randomInt } from "node:crypto";
import { connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

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

/** The origin on loopback at which the port accepts connections. Rejects if the process ends before. */
export async function accepting(port: number, exited: Promise<unknown>): Promise<string> {
  const origins = ["127.0.0.1", "[::1]"].map((host) => `http://${host}:${port}`);
  const ended = new AbortController();
  void exited.then(() => ended.abort());
  while (!ended.signal.aborted) {
    for (const origin of origins) if (await accepts(origin)) return origin;
    await sleep(POLL_MS);
  }
  throw new Error(`what was to listen at port ${port} has ended`);
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
