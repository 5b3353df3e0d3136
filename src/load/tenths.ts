/** Means over the successive tenths of a stretch of time. */
export class Tenths {
  readonly #startMs: number;
  readonly #lengthMs: number;
  readonly #sums = new Float64Array(10);
  readonly #counts = new Uint32Array(10);

  constructor(startMs: number, lengthMs: number) {
    this.#startMs = startMs;
    this.#lengthMs = lengthMs;
  }

  add(atMs: number, value: number): void {
    const tenth = Math.floor((10 * (atMs - this.#startMs)) / this.#lengthMs) || 0;
    const inside = Math.min(9, Math.max(0, tenth));
    this.#sums[inside]! += value;
    this.#counts[inside]!++;
  }

  /** 0 for a tenth without a value. */
  means(): number[] {
    return Array.from(this.#sums, (sum, tenth) => sum / Math.max(1, this.#counts[tenth]!));
  }
}
