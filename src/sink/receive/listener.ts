import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** A port on which a receiver listens. */
export interface Listener {
  readonly port: number;
  /** Ends listening and destroys every connection. */
  close(): Promise<void>;
}

const HOST = "127.0.0.1";

/** Listens on loopback; port 0 is the kernel's choice. */
export async function listen(server: Server, port: number): Promise<Listener> {
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
        // Also those that have sent nothing yet, of which the protocol's server has no session.
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/**
 * A port on which nothing listens, and which the kernel gives to no other process meanwhile: it belongs to one end
 * of an open connection, and the kernel refuses other connections to it.
 */
export async function closedPort(): Promise<Listener> {
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
