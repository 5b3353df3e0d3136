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

/** The loopback address at which the port accepts connections; undefined if the process ends before. */
export async function accepting(port: number, exited: Promise<unknown>): Promise<string | undefined> {
  const ended = new AbortController();
  void exited.then(() => ended.abort());
  while (!ended.signal.aborted) {
    for (const host of ["127.0.0.1", "::1"]) if (await accepts(host, port)) return host;
    await sleep(25);
  }
  return undefined;
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
