import type { Place, Problems } from "../problems.ts";
import type { RecordedSpan } from "../recorded-span.ts";
import { spanIdOf, traceIdOf } from "./ids.ts";

type Checked = "traceId" | "spanId" | "parentId" | "startUs" | "durationUs" | "place";

/** What a format says of a span, before ids and times are known to be usable. */
export interface FoundSpan extends Omit<RecordedSpan, Checked> {
  readonly traceId: unknown;
  readonly spanId: unknown;
  readonly parentId: unknown;
  readonly startUs: number | undefined;
  readonly durationUs: number | undefined;
}

/** The span of the recording. Undefined, and a problem, without usable ids and times. */
export function usableSpan(found: FoundSpan, place: Place, problems: Problems): RecordedSpan | undefined {
  const { startUs, durationUs } = found;
  const traceId = traceIdOf(found.traceId, place, problems);
  const spanId = spanIdOf(found.spanId, place, problems);
  if (traceId === undefined || spanId === undefined || startUs === undefined || durationUs === undefined) {
    problems.add("bad-span", place);
    return undefined;
  }
  if (durationUs < 0) problems.add("negative-duration", place);
  const parentId = spanIdOf(found.parentId);
  return { ...found, traceId, spanId, parentId, startUs, durationUs: Math.max(0, durationUs), place };
}
