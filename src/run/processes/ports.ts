import { connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** So many ports of 127.0.0.1 that nothing listens on. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  await Promise.all(servers.map((server) => new Promise<void>((done) => server.listen(0, "127.0.0.1", done))));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
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
