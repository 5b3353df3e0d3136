/** The bounded, warmed keep-alive connections of one target, each with one request at a time. */
import type { Socket } from "node:net";
import { buildConnector, Client } from "undici";
import { Fifo } from "../fifo.ts";

export interface ConnectionOptions {
  readonly origin: string;
  readonly count: number;
  readonly connectTimeoutMs: number;
}

export class Connections {
  readonly #clients: Client[];
  /** Idle ones in the order they became so: the longest idle is taken first, so that all of them stay warm. */
  readonly #idle = new Fifo<Client>();
  readonly #live = new Set<Socket>();
  #closedBytes = 0;

  private constructor(options: ConnectionOptions, spares: readonly (Socket | undefined)[]) {
    const connector = buildConnector({ timeout: options.connectTimeoutMs });
    for (const spare of spares) if (spare !== undefined) this.#watch(spare);
    this.#clients = spares.map((spare) => this.#client(options.origin, connector, spare));
    for (const client of this.#clients) this.#idle.push(client);
  }

  /** Opens all connections at once. One that fails is opened when a request needs it, and the failure is that request's. */
  static async open(options: ConnectionOptions): Promise<Connections> {
    const connector = buildConnector({ timeout: options.connectTimeoutMs });
    const { protocol, hostname, host, port } = new URL(options.origin);
    const connect = (): Promise<Socket | undefined> =>
      new Promise((resolve) => {
        connector({ protocol, hostname, host, port }, (_, socket) => resolve(socket ?? undefined));
      });
    return new Connections(options, await Promise.all(Array.from({ length: options.count }, connect)));
  }

  /** A connection with nothing to do, or undefined. */
  take(): Client | undefined {
    return this.#idle.shift();
  }

  give(client: Client): void {
    this.#idle.push(client);
  }

  /** Bytes received since the beginning, headers included. */
  get bytesReceived(): number {
    let bytes = this.#closedBytes;
    for (const socket of this.#live) bytes += socket.bytesRead;
    return bytes;
  }

  async destroy(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.destroy()));
    for (const socket of this.#live) socket.destroy();
  }

  #client(origin: string, connector: buildConnector.connector, warm: Socket | undefined): Client {
    let spare = warm;
    return new Client(origin, {
      pipelining: 1,
      // The target has its own deadline for the whole request, to the ms; undici's are coarser and in parts.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (target, callback) => {
        const socket = spare;
        spare = undefined;
        // Never within the call: undici is still in the middle of asking.
        if (socket !== undefined && isUsable(socket)) return queueMicrotask(() => callback(null, socket));
        connector(target, (...outcome) => {
          if (outcome[0] === null) this.#watch(outcome[1]);
          callback(...outcome);
        });
      },
    });
  }

  #watch(socket: Socket): void {
    this.#live.add(socket);
    socket.once("close", () => {
      this.#live.delete(socket);
      this.#closedBytes += socket.bytesRead;
    });
  }
}

function isUsable(socket: Socket): boolean {
  return !socket.destroyed && socket.readyState === "open" && socket.readableLength === 0;
}
