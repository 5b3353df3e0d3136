/**
 * Words of 32 bits, all 0, whose memory is no reason for V8 to collect garbage. Ordinary buffers are one: as tables
 * grow, V8 would walk the whole heap again and again, and find nothing to free.
 */
export function quietWords(length: number): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(length * Int32Array.BYTES_PER_ELEMENT));
}
