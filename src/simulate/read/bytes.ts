import { open } from "node:fs/promises";
import { pipeline, type Duplex } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { UserError } from "../../base/problem.ts";
import { checkRegular, fileReason } from "../../base/regular-file.ts";

const CHUNK_BYTES = 1 << 18;

/** The bytes of a file, unpacked if its first bytes are those of gzip or zstd. Throws a `UserError` if there is no such file. */
export async function* readBytes(file: string): AsyncGenerator<Buffer> {
  const unreadable = (error: unknown): never => {
    throw new UserError(`"${file}" cannot be read: ${fileReason(error)}; expected a trace file`);
  };
  try {
    checkRegular(file);
  } catch (error) {
    unreadable(error);
  }
  const handle = await open(file).catch(unreadable);
  try {
    const head = Buffer.alloc(4);
    await handle.read(head, 0, 4, 0);
    const raw = handle.createReadStream({ start: 0, highWaterMark: CHUNK_BYTES, autoClose: false });
    const unpack = unpackerOf(head);
    // the outcome of the pipeline reaches the reader as the error of the last stream
    const bytes = unpack === undefined ? raw : pipeline(raw, unpack, () => undefined);
    yield* bytes as AsyncIterable<Buffer>;
  } finally {
    await handle.close();
  }
}

function unpackerOf(head: Buffer): Duplex | undefined {
  if (head.readUInt16BE() === 0x1f8b) return createGunzip({ chunkSize: CHUNK_BYTES });
  return head.readUInt32LE() === 0xfd2fb528 ? createZstdDecompress({ chunkSize: CHUNK_BYTES }) : undefined;
}
