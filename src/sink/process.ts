/** The sink's process: answers the messages of protocol.ts over its IPC channel, and ends when the channel does. */
import { systemClock } from "../base/clock.ts";
import type { FromSink, ReceiverEndpoints, ReceiverOptions, ToSink } from "./protocol.ts";
import { Receiver } from "./receiver.ts";

const receivers = new Map<string, Receiver>();

process.on("message", (message: ToSink) => {
  void answer(message).then(send);
});
process.on("disconnect", () => process.exit(0));
// Ctrl-C reaches the whole process group; the harness still needs the counts, and ends this process by its channel.
process.on("SIGINT", () => {});
send({ type: "ready" });

function send(message: FromSink): void {
  process.send?.(message, undefined, undefined, () => {});
}

/** Every message gets one answer; `failed` has the reason. */
async function answer(message: ToSink): Promise<FromSink> {
  try {
    return await run(message);
  } catch (error) {
    return { id: message.id, type: "failed", message: error instanceof Error ? error.message : String(error) };
  }
}

async function run(message: ToSink): Promise<FromSink> {
  const { id } = message;
  switch (message.type) {
    case "open":
      return { id, type: "opened", endpoints: await open(message.receiver) };
    case "window-open":
      receiverOf(message.receiver).openWindow();
      return { id, type: "ok" };
    case "received":
      return { id, type: "arrived", count: receiverOf(message.receiver).countReceived() };
    case "arrived":
      return { id, type: "arrived", count: receiverOf(message.receiver).countArrived(message.spanIds) };
    case "turn": {
      const receiver = take(message.receiver);
      receivers.set(message.next, receiver);
      return { id, type: "closed", ...receiver.turn() };
    }
    case "close":
  }
  return { id, type: "closed", ...(await take(message.receiver).close()) };
}

async function open(options: ReceiverOptions): Promise<ReceiverEndpoints> {
  const receiver = await Receiver.open(options, systemClock);
  receivers.set(options.id, receiver);
  return receiver.endpoints;
}

function take(id: string): Receiver {
  const receiver = receiverOf(id);
  receivers.delete(id);
  return receiver;
}

function receiverOf(id: string): Receiver {
  const receiver = receivers.get(id);
  if (receiver === undefined) throw new Error(`the sink has no open receiver "${id}"`);
  return receiver;
}
