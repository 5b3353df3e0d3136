import fc from "fast-check";

/** Texts, numbers and shapes that readers are wrong about more often than about others. */
const odd = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    "",
    0,
    -1,
    1e308,
    2 ** 53,
    "NaN",
    "-0",
    "9".repeat(40),
    [],
    {},
    [[]],
    true,
    "__proto__",
    "\ud800",
    "\u0000",
  ),
  fc.jsonValue(),
);
const change = fc.record({ at: fc.nat(), to: odd, how: fc.nat(3) });

/** The value with the `at`-th of its inner values replaced, removed, doubled, or wrapped in itself. */
function changed(value: unknown, { at, to, how }: { at: number; to: unknown; how: number }): unknown {
  const places: [holder: Record<string, unknown>, key: string][] = [];
  const visit = (one: unknown): void => {
    if (one === null || typeof one !== "object") return;
    for (const [key, inner] of Object.entries(one)) {
      places.push([one as Record<string, unknown>, key]);
      visit(inner);
    }
  };
  visit(value);
  const [holder, key] = places[at % Math.max(1, places.length)] ?? [undefined, ""];
  if (holder === undefined) return to;
  if (how === 0) holder[key] = to;
  else if (how === 1) delete holder[key];
  else if (how === 2) holder[key] = [holder[key], structuredClone(holder[key])];
  else holder[key] = { [key]: structuredClone(holder[key]) };
  return value;
}

/** Valid inputs with values or bytes changed, arbitrary JSON and bytes, and deep nesting. */
export function inputsOf(valid: readonly Buffer[]): fc.Arbitrary<Buffer> {
  const good = fc.constantFrom(...valid);
  const values = fc.tuple(good, fc.array(change, { minLength: 1, maxLength: 4 })).map(([bytes, changes]) => {
    const lines = String(bytes).trimEnd().split("\n");
    const isJson = /^[[{]/.test(lines[0]!);
    if (!isJson) return bytes;
    const whole =
      lines.length > 1 && /^\{.*\}$/.test(lines[0]!) ? lines[changes[0]!.at % lines.length]! : String(bytes);
    try {
      const altered = JSON.stringify(changes.reduce<unknown>(changed, JSON.parse(whole))) ?? "";
      return Buffer.from(String(bytes).replace(whole, () => altered));
    } catch {
      return bytes;
    }
  });
  const cuts = fc.array(fc.tuple(fc.nat(), fc.nat(40), fc.uint8Array({ maxLength: 8 })), {
    minLength: 1,
    maxLength: 4,
  });
  const bytes = fc.tuple(good, cuts).map(([input, edits]) =>
    edits.reduce((whole, [from, length, put]) => {
      const at = from % (whole.length + 1);
      return Buffer.concat([whole.subarray(0, at), put, whole.subarray(at + length)]);
    }, input),
  );
  const deep = fc
    .tuple(fc.nat(100_000), fc.constantFrom("[", '{"a":', '{"data":[', '{"trace":'))
    .map(([depth, open]) => Buffer.from(open.repeat(depth)));
  const any = fc.oneof(
    fc.json().map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 200 }).map((some) => Buffer.from(some)),
    deep,
  );
  return fc.oneof({ weight: 5, arbitrary: values }, { weight: 3, arbitrary: bytes }, { weight: 1, arbitrary: any });
}
