/** The sink's process: messages of backend/protocol.ts over the IPC channel; ends when the channel does. */
import { systemClock } from "../base/clock.ts";
import type { FromSink, ToSink } from "./protocol.ts";
import { Sink } from "./sink.ts";

const sink = new Sink(systemClock);

function tell(message: FromSink): void {
  process.send?.(message, undefined, undefined, () => {});
}

process.on("message", (message: ToSink) => {
  void sink.answer(message).then(tell);
});
process.on("disconnect", () => process.exit(0));
// Ctrl-C reaches the whole process group; the harness still wants the counts, and ends this process by its channel.
process.on("SIGINT", () => {});
tell({ type: "ready" });
