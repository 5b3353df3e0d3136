import { quietWords } from "../../base/quiet-words.ts";
import { ROW_WORDS, SPAN_ID, type SpanRows } from "./span-rows.ts";

const FIRST_SLOTS = 1 << 14;

/**
 * Counts 64-bit ids (pairs of words) once: open addressing, linear probing, at most three quarters full.
 * Words are signed, since V8 passes those on without boxing them. The id 0 stands for an empty slot and is no id.
 */
export class SpanIdSet {
  /** Only so that `warm` has a result, and is not optimised away. */
  touched = 0;
  #table = quietWords(FIRST_SLOTS * 2);
  #used = 0;

  /** False where the id is known already. */
  add(first: number, second: number): boolean {
    const slot = find(this.#table, hashOf(first, second), first, second);
    if (!isEmpty(this.#table, slot)) return false;
    this.#table[slot] = first;
    this.#table[slot + 1] = second;
    if (++this.#used * 8 >= this.#table.length * 3) this.#table = rehashed(this.#table, this.#table.length * 4);
    return true;
  }

  /**
   * Touches the slots of all ids of a batch, before they are added one by one: the loads do not
   * wait for each other here, where each of them would miss the caches of a large table in turn.
   */
  warm({ words, length }: SpanRows): void {
    const table = this.#table;
    const mask = table.length - 1;
    let seen = 0;
    for (let at = SPAN_ID; at < length * ROW_WORDS; at += ROW_WORDS) {
      seen |= table[(hashOf(words[at]!, words[at + 1]!) << 1) & mask]!;
    }
    this.touched = seen;
  }

  has(first: number, second: number): boolean {
    return !isEmpty(this.#table, find(this.#table, hashOf(first, second), first, second));
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

/** Ids are random as a rule; where they are not (a counter), the steps of murmur3's last mix spread them. */
function hashOf(first: number, second: number): number {
  let hash = Math.imul(first ^ (first >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ second ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
