/** The sink's process: answers the messages of protocol.ts over its IPC channel, and ends when the channel does. */
import { systemClock } from "../base/clock.ts";
import type { FromSink, ReceiverOptions, ToSink } from "./protocol.ts";
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
      return { id, type: "opened", endpoints: (await open(message.receiver)).endpoints };
    case "window-open":
      receiverOf(message.receiver).openWindow();
      return { id, type: "ok" };
    case "received":
      return { id, type: "arrived", count: receiverOf(message.receiver).countReceived() };
    case "arrived":
      return { id, type: "arrived", count: receiverOf(message.receiver).countArrived(message.spanIds) };
    case "turn": {
      const receiver = receiverOf(message.receiver);
      receivers.delete(message.receiver);
      receivers.set(message.next, receiver);
      return { id, type: "closed", ...receiver.turn() };
    }
    case "close": {
      const receiver = receiverOf(message.receiver);
      receivers.delete(message.receiver);
      return { id, type: "closed", ...(await receiver.close()) };
    }
    default:
      throw new Error(`the sink knows no message "${String((message as { type: unknown }).type)}"`);
  }
}

async function open(options: ReceiverOptions): Promise<Receiver> {
  if (receivers.has(options.id)) throw new Error(`the receiver "${options.id}" is open already`);
  const receiver = await Receiver.open(options, systemClock);
  receivers.set(options.id, receiver);
  return receiver;
}

function receiverOf(id: string): Receiver {
  const receiver = receivers.get(id);
  if (receiver === undefined) throw new Error(`the sink has no open receiver "${id}"`);
  return receiver;
}
