import type { Readable } from "node:stream";
import type { Malformed } from "../decode/malformed.ts";
import { MOST_BODY_BYTES, tooLarge, type Reception } from "./reception.ts";

interface BodyEnds {
  whole(body: Buffer): void;
  refused(error: Malformed): void;
  /** To destroy the connection; asked for by the condition `reset`. */
  destroy(): void;
}

/** Reads a body at the condition's pace, to exactly one of its ends; what comes after a refusal is thrown away. */
export function readBody(stream: Readable, reception: Reception, ends: BodyEnds): void {
  const { bodies, condition } = reception;
  const chunks: Buffer[] = [];
  let size = 0;
  bodies.add(stream);
  stream.on("data", (chunk: Buffer) => {
    if (!bodies.has(stream)) return;
    const busyMs = reception.takeBytes(chunk.length);
    size += chunk.length;
    if (condition.resets || size > MOST_BODY_BYTES) {
      bodies.delete(stream);
      chunks.length = 0;
      if (condition.resets) ends.destroy();
      else ends.refused(tooLarge());
      return;
    }
    chunks.push(chunk);
    if (busyMs > 0) waitFor(stream, reception, busyMs);
  });
  stream.on("end", () => {
    if (bodies.delete(stream)) ends.whole(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size));
  });
  stream.on("close", () => {
    if (bodies.delete(stream)) reception.countGone();
  });
}

function waitFor(stream: Readable, reception: Reception, ms: number): void {
  stream.pause();
  void reception.clock.sleep(ms).then(() => stream.resume());
}
