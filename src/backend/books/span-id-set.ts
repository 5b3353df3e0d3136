const FIRST_SLOTS = 1 << 14;
/** 4 M slots of 8 bytes, three quarters full: 3.1 M ids and 32 MiB a generation. */
const MOST_SLOTS = 1 << 22;

/**
 * Counts 64-bit ids once, in bounded memory: open addressing, linear probing, two generations.
 * When the younger generation is full it becomes the elder, and what the elder held is forgotten.
 * So it is exact for the last 3.1 million ids at least, and for all ids until `isExceeded`.
 * The id 0 stands for an empty slot and is no id.
 */
export class SpanIdSet {
  /** True once a generation was forgotten: a duplicate of one of its ids would be taken for new. */
  isExceeded = false;
  readonly #mostSlots: number;
  #younger = new Uint32Array(FIRST_SLOTS * 2);
  #elder: Uint32Array<ArrayBuffer> | undefined;
  #used = 0;

  constructor(mostSlots = MOST_SLOTS) {
    this.#mostSlots = mostSlots;
    if (mostSlots < FIRST_SLOTS) this.#younger = new Uint32Array(mostSlots * 2);
  }

  /** False where the id is known already. */
  add(high: number, low: number): boolean {
    const hash = hashOf(high, low);
    const slot = find(this.#younger, hash, high, low);
    if (!isEmpty(this.#younger, slot)) return false;
    if (this.#elder !== undefined && !isEmpty(this.#elder, find(this.#elder, hash, high, low))) return false;
    this.#younger[slot] = high;
    this.#younger[slot + 1] = low;
    if (++this.#used * 8 >= this.#younger.length * 3) this.#makeRoom();
    return true;
  }

  has(high: number, low: number): boolean {
    const hash = hashOf(high, low);
    if (!isEmpty(this.#younger, find(this.#younger, hash, high, low))) return true;
    return this.#elder !== undefined && !isEmpty(this.#elder, find(this.#elder, hash, high, low));
  }

  #makeRoom(): void {
    if (this.#younger.length < this.#mostSlots * 2) {
      this.#younger = rehashed(this.#younger, this.#younger.length * 2);
      return;
    }
    const forgotten = this.#elder;
    this.isExceeded ||= forgotten !== undefined;
    this.#elder = this.#younger;
    this.#younger = forgotten?.fill(0) ?? new Uint32Array(this.#mostSlots * 2);
    this.#used = 0;
  }
}

/** The place of the id's high word, or of the empty slot where it would go. */
function find(table: Uint32Array, hash: number, high: number, low: number): number {
  const mask = table.length - 1;
  let place = (hash << 1) & mask;
  while ((table[place] !== high || table[place + 1] !== low) && !isEmpty(table, place)) place = (place + 2) & mask;
  return place;
}

function isEmpty(table: Uint32Array, place: number): boolean {
  return (table[place]! | table[place + 1]!) === 0;
}

function rehashed(from: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const to = new Uint32Array(length);
  for (let place = 0; place < from.length; place += 2) {
    const [high, low] = [from[place]!, from[place + 1]!];
    if ((high | low) === 0) continue;
    const slot = find(to, hashOf(high, low), high, low);
    to[slot] = high;
    to[slot + 1] = low;
  }
  return to;
}

/** Ids are random as a rule; where they are not (a counter), the mix of murmur3's last step spreads them. */
function hashOf(high: number, low: number): number {
  let hash = high ^ Math.imul(low, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
