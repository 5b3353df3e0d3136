import { open } from "node:fs/promises";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { UserError } from "../../base/problem.ts";

const CHUNK_BYTES = 1 << 18;

/** The bytes of a file, unpacked where it is gzip (told by its first two bytes, not by its name). */
export async function* unpacked(file: string): AsyncGenerator<Buffer> {
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    throw new UserError(`${file}: cannot be read (${error.code})`);
  });
  try {
    if ((await handle.stat()).isDirectory()) throw new UserError(`${file}: is a folder; expected a trace file`);
    const head = new Uint8Array(2);
    await handle.read(head, 0, 2, 0);
    const raw = handle.createReadStream({ start: 0, highWaterMark: CHUNK_BYTES, autoClose: false });
    const isGzip = head[0] === 0x1f && head[1] === 0x8b;
    // The pipeline's outcome reaches the reader as the last stream's error.
    const bytes = isGzip ? pipeline(raw, createGunzip({ chunkSize: CHUNK_BYTES }), () => undefined) : raw;
    yield* bytes as AsyncIterable<Buffer>;
  } finally {
    await handle.close();
  }
}
