import type { Readable } from "node:stream";
import type { Malformed } from "../decode/malformed.ts";
import { MOST_BODY_BYTES, tooLarge, type Reception } from "./reception.ts";

interface BodyEnds {
  /** A chunk that is not needed any more. */
  copied?(chunk: Buffer): void;
  /** The bytes are there for the length of this call. */
  whole(body: Buffer): void;
  refused(error: Malformed): void;
  /** To destroy the connection; asked for by the condition `reset`. */
  destroy(): void;
}

/** Reads a body at the condition's pace, to exactly one of its ends; what comes after a refusal is thrown away. */
export function readBody(stream: Readable, reception: Reception, ends: BodyEnds): void {
  const { bodies, condition, buffers } = reception;
  const buffer = buffers.take();
  let size = 0;
  bodies.add(stream);
  /** Runs `end` once, whichever comes first, and lends the buffer to the next body. */
  const settle = (end: () => void): void => {
    if (!bodies.delete(stream)) return;
    end();
    buffers.giveBack(buffer);
  };
  stream.on("data", (chunk: Buffer) => {
    if (!bodies.has(stream)) return;
    const busyMs = reception.takeBytes(chunk.length);
    size += chunk.length;
    if (condition.resets) settle(() => ends.destroy());
    else if (size > MOST_BODY_BYTES) settle(() => ends.refused(tooLarge()));
    else buffer.append(chunk);
    ends.copied?.(chunk);
    if (busyMs > 0) waitFor(stream, reception, busyMs);
  });
  stream.on("end", () => settle(() => ends.whole(buffer.content())));
  stream.on("close", () => settle(() => reception.countGone()));
}

function waitFor(stream: Readable, reception: Reception, ms: number): void {
  stream.pause();
  void reception.clock.sleep(ms).then(() => stream.resume());
}
