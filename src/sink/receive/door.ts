import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** Where an inlet listens for one protocol. */
export interface Door {
  readonly port: number;
  /** Ends listening and destroys every connection. */
  close(): Promise<void>;
}

const HOST = "127.0.0.1";

/** Listens on loopback; port 0 is the kernel's choice. */
export async function listen(server: Server, port: number): Promise<Door> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, HOST, () => {
      server.off("error", reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        // Also those that have sent nothing yet, which the protocol's server does not know.
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/**
 * A port on which nothing listens, and which nobody else is given meanwhile: it belongs to the near end of a
 * connection of our own, and the kernel refuses whoever else connects to it.
 */
export async function closedDoor(): Promise<Door> {
  const peer = createServer();
  const accepted = new Promise<Socket>((resolve) => peer.once("connection", resolve));
  const holder = connect((await listen(peer, 0)).port, HOST);
  const other = await accepted;
  peer.close();
  for (const socket of [holder, other]) socket.on("error", () => {}).unref();
  return {
    port: other.remotePort!,
    close: () => {
      holder.destroy();
      other.destroy();
      return Promise.resolve();
    },
  };
}
