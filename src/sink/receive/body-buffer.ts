const FIRST_BYTES = 256 * 1024;
const KEPT_BYTES = 4 * 1024 * 1024;
const MOST_SPARE = 16;

/** The bytes of one body, as they come. */
export class BodyBuffer {
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #length = 0;

  get capacity(): number {
    return this.#bytes.length;
  }

  append(chunk: Buffer): void {
    const length = this.#length + chunk.length;
    if (length > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(length, this.#bytes.length * 2));
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    chunk.copy(this.#bytes, this.#length);
    this.#length = length;
  }

  /** What came so far; it is overwritten by the next body. */
  content(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }
}

/**
 * Buffers used over and over: allocating one for each body costs more than copying into it
 * (fresh pages, cold caches, garbage collection).
 */
export class BufferPool {
  readonly #spare: BodyBuffer[] = [];

  take(): BodyBuffer {
    return this.#spare.pop() ?? new BodyBuffer();
  }

  giveBack(buffer: BodyBuffer): void {
    buffer.clear();
    if (buffer.capacity <= KEPT_BYTES && this.#spare.length < MOST_SPARE) this.#spare.push(buffer);
  }
}

/**
 * Gives back the memory of a chunk that was read, if it has memory of its own. Left to the garbage collector,
 * the chunks of a busy sink make it walk the whole heap many times a second.
 */
export function release(chunk: Buffer): void {
  if (chunk.length === chunk.buffer.byteLength) (chunk.buffer as ArrayBuffer).transfer(0);
}
