/**
 * Zipkin lets the client's and the server's side of a call share one span id, and lets a span be reported in parts.
 * Here each side becomes a span of its own, as everywhere else: the server's below the client's.
 * After Zipkin's own rules for cleaning and linking traces (zipkin2.internal.Trace and SpanNode).
 */
import type { RecordedSpan } from "../recorded-span.ts";

/** The spans of one trace, with ids of their own and parents among them. */
export function joinZipkinHalves(records: readonly RecordedSpan[]): RecordedSpan[] {
  const byId = Map.groupBy(records, ({ spanId }) => spanId);
  const sides = new Map([...byId].map(([id, sharing]) => [id, sidesOf(sharing)]));
  const taken = new Set(byId.keys());
  const newIds = new Map<RecordedSpan, string>();
  for (const [id, [, ...others]] of sides) others.forEach((side, at) => newIds.set(side, freeId(id, at + 1, taken)));
  const idOf = (side: RecordedSpan): string => newIds.get(side) ?? side.spanId;
  const beganUs = records.reduce(
    (least, { startUs, zipkin }) => (zipkin!.hasTime ? Math.min(least, startUs) : least),
    Infinity,
  );
  return [...sides.values()].flatMap((sharing) =>
    sharing.map((side, at) => {
      const parentId = at === 0 ? parentOf(side, sides, idOf) : idOf(sharing[0]!);
      return { ...side, spanId: idOf(side), parentId, startUs: timeOf(side, beganUs) };
    }),
  );
}

/** A span that never told its time is taken to start with its trace. */
function timeOf({ zipkin, startUs }: RecordedSpan, traceBeganUs: number): number {
  return zipkin!.hasTime || traceBeganUs === Infinity ? startUs : traceBeganUs;
}

/** The sides that share an id, parts put together: the side that began the call first, then those that served it. */
function sidesOf(sharing: readonly RecordedSpan[]): RecordedSpan[] {
  const known = sharing.filter(({ zipkin }) => zipkin!.hasKind);
  const parts = sharing.filter(({ zipkin }) => !zipkin!.hasKind);
  const sides: RecordedSpan[] = [];
  for (const record of [...known, ...parts]) {
    const at = sides.findIndex((side) => isSameSide(side, record));
    if (at === -1) sides.push(record);
    else sides[at] = merged(sides[at]!, record);
  }
  return sides.toSorted((a, b) => Number(a.zipkin!.shared) - Number(b.zipkin!.shared));
}

/** Parts without a kind belong to the side of their service's instance. One call may be served by several instances. */
function isSameSide(side: RecordedSpan, record: RecordedSpan): boolean {
  if (side.service !== record.service || side.zipkin!.instance !== record.zipkin!.instance) return false;
  return !record.zipkin!.hasKind || (side.kind === record.kind && side.zipkin!.shared === record.zipkin!.shared);
}

function merged(side: RecordedSpan, part: RecordedSpan): RecordedSpan {
  const isLater = part.zipkin!.hasTime && !side.zipkin!.hasTime;
  return {
    ...side,
    name: side.name || part.name,
    parentId: side.parentId ?? part.parentId,
    failed: side.failed || part.failed,
    startUs: isLater ? part.startUs : side.startUs,
    durationUs: Math.max(side.durationUs, part.durationUs),
    attributes: { ...part.attributes, ...side.attributes },
    zipkin: { ...side.zipkin!, hasTime: side.zipkin!.hasTime || part.zipkin!.hasTime },
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
  return idOf(kin.find(({ zipkin }) => zipkin!.instance === side.zipkin!.instance) ?? kin[0] ?? parents.at(-1)!);
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
