/** Finds a few known words among bytes without making strings of them. */
export class KeyTable {
  readonly #slots: Int8Array;
  readonly #words: readonly Uint8Array[];

  constructor(words: readonly string[]) {
    this.#words = words.map((word) => Uint8Array.from(Buffer.from(word)));
    this.#slots = new Int8Array(64).fill(-1);
    this.#words.forEach((word, index) => {
      let slot = slotOf(word, 0, word.length);
      while (this.#slots[slot] !== -1) slot = (slot + 1) & 63;
      this.#slots[slot] = index;
    });
  }

  /** The word's place in the list given to the constructor, or -1. */
  find(bytes: Uint8Array, start: number, end: number): number {
    if (end === start) return -1;
    for (let slot = slotOf(bytes, start, end); ; slot = (slot + 1) & 63) {
      const index = this.#slots[slot]!;
      if (index === -1 || isSame(this.#words[index]!, bytes, start, end)) return index;
    }
  }
}

function slotOf(bytes: Uint8Array, start: number, end: number): number {
  return (((end - start) << 2) ^ bytes[start]! ^ (bytes[end - 1]! << 1)) & 63;
}

function isSame(word: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (word.length !== end - start) return false;
  for (let i = 0; i < word.length; i++) if (word[i] !== bytes[start + i]) return false;
  return true;
}
