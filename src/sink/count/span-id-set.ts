import { quietWords } from "../../base/quiet-words.ts";
import { ROW_WORDS, SPAN_ID, type SpanRows } from "./span-rows.ts";

const FIRST_SLOTS = 1 << 14;
/** 4 M slots of 8 bytes, three quarters full: 3.1 M ids and 32 MiB a generation. */
const MOST_SLOTS = 1 << 22;

/**
 * Counts 64-bit ids (pairs of words) once, in bounded memory: open addressing, linear probing, two generations.
 * When the younger generation is full it becomes the elder, and what the elder held is forgotten.
 * So it is exact for the last 3.1 million ids at least: a duplicate of one that is forgotten is taken for new.
 * Words are signed, since V8 passes those on without boxing them. The id 0 stands for an empty slot and is no id.
 */
export class SpanIdSet {
  /** Only so that `warm` has a result, and is not optimised away. */
  touched = 0;
  readonly #mostSlots: number;
  #younger = quietWords(FIRST_SLOTS * 2);
  #elder: Int32Array<SharedArrayBuffer> | undefined;
  #used = 0;

  constructor(mostSlots = MOST_SLOTS) {
    this.#mostSlots = mostSlots;
    if (mostSlots < FIRST_SLOTS) this.#younger = quietWords(mostSlots * 2);
  }

  /** False if the id is known already. */
  add(first: number, second: number): boolean {
    const hash = hashOf(first, second);
    const slot = find(this.#younger, hash, first, second);
    if (!isEmpty(this.#younger, slot)) return false;
    if (this.#elder !== undefined && !isEmpty(this.#elder, find(this.#elder, hash, first, second))) return false;
    this.#younger[slot] = first;
    this.#younger[slot + 1] = second;
    if (++this.#used * 8 >= this.#younger.length * 3) this.#makeRoom();
    return true;
  }

  /**
   * Touches the slots of all ids of a batch, before they are added one by one: the loads do not
   * wait for each other here, where each of them would miss the caches of a large table in turn.
   */
  warm({ words, length }: SpanRows): void {
    const table = this.#younger;
    const mask = table.length - 1;
    let seen = 0;
    for (let at = SPAN_ID; at < length * ROW_WORDS; at += ROW_WORDS) {
      seen |= table[(hashOf(words[at]!, words[at + 1]!) << 1) & mask]!;
    }
    this.touched = seen;
  }

  has(first: number, second: number): boolean {
    const hash = hashOf(first, second);
    if (!isEmpty(this.#younger, find(this.#younger, hash, first, second))) return true;
    return this.#elder !== undefined && !isEmpty(this.#elder, find(this.#elder, hash, first, second));
  }

  #makeRoom(): void {
    if (this.#younger.length < this.#mostSlots * 2) {
      this.#younger = rehashed(this.#younger, Math.min(this.#younger.length * 4, this.#mostSlots * 2));
      return;
    }
    const forgotten = this.#elder;
    this.#elder = this.#younger;
    this.#younger = forgotten?.fill(0) ?? quietWords(this.#mostSlots * 2);
    this.#used = 0;
  }
}

/** The place of the id's first word, or of the empty slot where it would go. */
function find(table: Int32Array, hash: number, first: number, second: number): number {
  const mask = table.length - 1;
  let place = (hash << 1) & mask;
  while ((table[place] !== first || table[place + 1] !== second) && !isEmpty(table, place)) place = (place + 2) & mask;
  return place;
}

function isEmpty(table: Int32Array, place: number): boolean {
  return (table[place]! | table[place + 1]!) === 0;
}

function rehashed(from: Int32Array, length: number): Int32Array<SharedArrayBuffer> {
  const to = quietWords(length);
  for (let place = 0; place < from.length; place += 2) {
    const [first, second] = [from[place]!, from[place + 1]!];
    if ((first | second) === 0) continue;
    const slot = find(to, hashOf(first, second), first, second);
    to[slot] = first;
    to[slot + 1] = second;
  }
  return to;
}

/** Ids are random as a rule; if they are not (a counter), the steps of murmur3's last mix spread them. */
function hashOf(first: number, second: number): number {
  let hash = Math.imul(first ^ (first >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ second ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
