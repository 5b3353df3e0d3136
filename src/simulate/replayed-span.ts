import { SpanKind, SpanStatusCode, type HrTime, type SpanContext } from "@opentelemetry/api";
import { emptyResource } from "@opentelemetry/resources";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import type { RecordedSpan } from "./recorded-span.ts";

const NO_RESOURCE = emptyResource();
const INSTRUMENTATION_SCOPE = { name: "recorded" };

export interface ReplayedSpan extends ReadableSpan {
  /** Row in its trace. */
  readonly row: number;
}

/** A recorded span as a processor of the SDK sees it: a tail sampler decides on these. */
export function replayedSpan(
  recorded: RecordedSpan,
  row: number,
  context: SpanContext,
  parentSpanContext: SpanContext | undefined,
): ReplayedSpan {
  const { name, attributes, startUs, durationUs } = recorded;
  return {
    row,
    name,
    attributes,
    kind: apiKind(recorded),
    spanContext: () => context,
    ...(parentSpanContext && { parentSpanContext }),
    startTime: hrTime(startUs),
    endTime: hrTime(startUs + durationUs),
    duration: hrTime(durationUs),
    status: { code: recorded.failed ? SpanStatusCode.ERROR : SpanStatusCode.UNSET },
    links: [],
    events: [],
    ended: true,
    resource: NO_RESOURCE,
    instrumentationScope: INSTRUMENTATION_SCOPE,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

/** The API counts kinds from 0, OTLP from 1. */
const API_KINDS = [SpanKind.INTERNAL, SpanKind.SERVER, SpanKind.CLIENT, SpanKind.PRODUCER, SpanKind.CONSUMER];

export function apiKind({ kind }: RecordedSpan): SpanKind {
  return API_KINDS[kind - 1] ?? SpanKind.INTERNAL;
}

function hrTime(us: number): HrTime {
  const seconds = Math.floor(us / 1e6);
  return [seconds, Math.round((us - seconds * 1e6) * 1000)];
}
