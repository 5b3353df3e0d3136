/**
 * In Zipkin's model the two sides of a call share one span id, and a span may be reported in parts; other formats can
 * carry that too. Here each side becomes a span of its own, the server's below the client's.
 * After Zipkin's own rules for cleaning and linking traces (zipkin2.internal.Trace and SpanNode).
 */
import type { Problems } from "../problems.ts";
import type { RecordedSpan } from "../recorded-span.ts";

/** What Zipkin knows of a record; in other formats a span is whole, and servers and consumers are the second side. */
function sideOf({ zipkin, kind }: RecordedSpan): NonNullable<RecordedSpan["zipkin"]> {
  return zipkin ?? { shared: kind === SERVER || kind === CONSUMER, hasKind: true, hasTime: true, instance: "" };
}

const [SERVER, CONSUMER] = [2, 5];

/** The spans of one trace, with ids of their own and parents among them. */
export function splitSharedIds(records: readonly RecordedSpan[], problems: Problems): RecordedSpan[] {
  const byId = Map.groupBy(records, ({ spanId }) => spanId);
  const sides = new Map([...byId].map(([id, sharing]) => [id, sidesOf(sharing, problems)]));
  const taken = new Set(byId.keys());
  const newIds = new Map<RecordedSpan, string>();
  for (const [id, [, ...others]] of sides) others.forEach((side, at) => newIds.set(side, freeId(id, at + 1, taken)));
  const idOf = (side: RecordedSpan): string => newIds.get(side) ?? side.spanId;
  const beganUs = records.reduce(
    (least, record) => (sideOf(record).hasTime ? Math.min(least, record.startUs) : least),
    Infinity,
  );
  return [...sides.values()].flatMap((sharing) =>
    sharing.map((side, at) => {
      const parentId = at === 0 ? parentOf(side, sides, idOf) : idOf(sharing[0]!);
      return { ...side, spanId: idOf(side), parentId, startUs: timeOf(side, beganUs) };
    }),
  );
}

/** A span without a time is taken to start with its trace. */
function timeOf(record: RecordedSpan, traceBeganUs: number): number {
  return sideOf(record).hasTime || traceBeganUs === Infinity ? record.startUs : traceBeganUs;
}

/** The sides that share an id, parts put together: the side that began the call first, then those that served it. */
function sidesOf(sharing: readonly RecordedSpan[], problems: Problems): RecordedSpan[] {
  const known = sharing.filter((record) => sideOf(record).hasKind);
  const parts = sharing.filter((record) => !sideOf(record).hasKind);
  const sides: RecordedSpan[] = [];
  for (const record of [...known, ...parts]) {
    const at = sides.findIndex((side) => isSameSide(side, record));
    if (at === -1) sides.push(record);
    else if (record.zipkin === undefined) problems.add("duplicate-span", record.place, `span ${record.spanId}`);
    else sides[at] = merged(sides[at]!, record);
  }
  return sides.toSorted((a, b) => Number(sideOf(a).shared) - Number(sideOf(b).shared));
}

/** Parts without a kind belong to the side of their service's instance. One call may be served by several instances. */
function isSameSide(side: RecordedSpan, record: RecordedSpan): boolean {
  if (side.service !== record.service || sideOf(side).instance !== sideOf(record).instance) return false;
  return !sideOf(record).hasKind || (side.kind === record.kind && sideOf(side).shared === sideOf(record).shared);
}

function merged(side: RecordedSpan, part: RecordedSpan): RecordedSpan {
  const isLater = sideOf(part).hasTime && !sideOf(side).hasTime;
  return {
    ...side,
    name: side.name || part.name,
    parentId: side.parentId ?? part.parentId,
    failed: side.failed || part.failed,
    startUs: isLater ? part.startUs : side.startUs,
    durationUs: Math.max(side.durationUs, part.durationUs),
    attributes: { ...part.attributes, ...side.attributes },
    zipkin: { ...sideOf(side), hasTime: sideOf(side).hasTime || sideOf(part).hasTime },
  };
}

/** The side of the parent's id that is in the child's own instance, or service; else the last one that served it. */
function parentOf(
  side: RecordedSpan,
  sides: ReadonlyMap<string, readonly RecordedSpan[]>,
  idOf: (side: RecordedSpan) => string,
): string | undefined {
  const parents = side.parentId === undefined ? undefined : sides.get(side.parentId);
  if (parents === undefined) return side.parentId;
  const kin = parents.filter(({ service }) => service === side.service);
  return idOf(kin.find((one) => sideOf(one).instance === sideOf(side).instance) ?? kin[0] ?? parents.at(-1)!);
}

/** An id for a further side: the same for the same trace, and not taken. */
function freeId(id: string, nth: number, taken: Set<string>): string {
  let candidate = BigInt.asUintN(64, BigInt(`0x${id}`) ^ (BigInt(nth) << 60n) ^ 0x5851f42d4c957f2dn);
  let text = candidate.toString(16).padStart(16, "0");
  while (taken.has(text) || candidate === 0n) {
    candidate = BigInt.asUintN(64, candidate + 1n);
    text = candidate.toString(16).padStart(16, "0");
  }
  taken.add(text);
  return text;
}
