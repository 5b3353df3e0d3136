/** The sum of two values of the same form: numbers are added, maps and objects member by member. Order does not matter. */
export function sumOf<T>(one: T, other: T): T {
  return sumOfAny(one, other) as T;
}

function sumOfAny(one: unknown, other: unknown): unknown {
  if (typeof one === "number") return one + (other as number);
  if (typeof one === "bigint") return one + (other as bigint);
  if (one instanceof Map) {
    const sum = new Map<unknown, unknown>(one);
    for (const [key, value] of other as Map<unknown, unknown>)
      sum.set(key, sum.has(key) ? sumOfAny(sum.get(key), value) : value);
    return sum;
  }
  const [own, added] = [one as object, other as Readonly<Record<string, unknown>>];
  const members = Object.entries<unknown>({ ...own }).map(([key, value]) => [key, sumOfAny(value, added[key])]);
  return Object.assign(Object.create(Object.getPrototypeOf(own) as object) as object, Object.fromEntries(members));
}

/** The sum of a number of each of the rows. */
export function total<T>(rows: Iterable<T>, of: (row: T) => number): number {
  let sum = 0;
  for (const row of rows) sum += of(row);
  return sum;
}
