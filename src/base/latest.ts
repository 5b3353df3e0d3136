/**
 * A map that remembers the latest `least` keys at least, and twice as many at most. Two maps in turn: to take a map's
 * oldest key off, one at a time, costs V8 a walk over all those taken off before.
 */
export class Latest<K, V> {
  private readonly least: number;
  private young = new Map<K, V>();
  private old = new Map<K, V>();

  constructor(least: number) {
    this.least = least;
  }

  set(key: K, value: V): void {
    this.young.set(key, value);
    if (this.young.size < this.least) return;
    this.old = this.young;
    this.young = new Map();
  }

  get(key: K): V | undefined {
    return this.young.get(key) ?? this.old.get(key);
  }
}
