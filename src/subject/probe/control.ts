import { once } from "node:events";
import { createConnection } from "node:net";
import type { FromSubject, ToSubject } from "../protocol.ts";

/** A measured process's end of the control socket: JSON, one message a line. */
export interface Control {
  send(message: FromSubject): void;
  /** Sends the last message and resolves when the kernel has taken it. */
  sendLast(message: FromSubject): Promise<void>;
  /** From here on the socket keeps the process alive; before, only the service itself does. */
  hold(): void;
}

/** Rejects where nobody listens at `path`. `onClose` is called when the harness is gone. */
export async function connectControl(
  path: string,
  onMessage: (message: ToSubject) => void,
  onClose: () => void,
): Promise<Control> {
  const socket = createConnection(path);
  await once(socket, "connect");
  socket.setEncoding("utf8");
  let partial = "";
  socket.on("data", (chunk: string) => {
    const lines = (partial + chunk).split("\n");
    partial = lines.pop()!;
    for (const line of lines) onMessage(JSON.parse(line) as ToSubject);
  });
  // Every error is followed by "close", which says all there is to say.
  socket.on("error", () => {});
  socket.on("close", onClose);
  socket.unref();
  const line = (message: FromSubject): string => `${JSON.stringify(message)}\n`;
  return {
    send: (message) => void socket.write(line(message)),
    sendLast: (message) => new Promise((resolve) => socket.end(line(message), resolve)),
    hold: () => void socket.ref(),
  };
}
