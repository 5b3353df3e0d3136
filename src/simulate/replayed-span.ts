/** A recorded span as a processor of the SDK sees it: a tail sampler decides on these. */
import {
  SpanKind,
  SpanStatusCode,
  type Attributes,
  type HrTime,
  type SpanContext,
  type SpanStatus,
} from "@opentelemetry/api";
import { emptyResource, type Resource } from "@opentelemetry/resources";
import type { ReadableSpan, Span } from "@opentelemetry/sdk-trace";
import { endOf, type RecordedSpan } from "./recorded-span.ts";

const NO_RESOURCE = emptyResource();

export class ReplayedSpan implements ReadableSpan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly parentSpanContext?: SpanContext;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly duration: HrTime;
  readonly status: SpanStatus;
  readonly attributes: Attributes;
  readonly links = [];
  readonly events = [];
  readonly ended = true;
  readonly resource: Resource = NO_RESOURCE;
  readonly instrumentationScope = { name: "recorded" };
  readonly droppedAttributesCount = 0;
  readonly droppedEventsCount = 0;
  readonly droppedLinksCount = 0;
  /** Row in its trace. */
  readonly row: number;
  private readonly context: SpanContext;

  constructor(recorded: RecordedSpan, row: number, context: SpanContext, parent: SpanContext | undefined) {
    this.row = row;
    this.context = context;
    if (parent !== undefined) this.parentSpanContext = parent;
    this.name = recorded.name;
    this.kind = apiKind(recorded);
    this.startTime = hrTime(recorded.startUs);
    this.endTime = hrTime(endOf(recorded));
    this.duration = hrTime(recorded.durationUs);
    this.status = { code: recorded.failed ? SpanStatusCode.ERROR : SpanStatusCode.UNSET };
    this.attributes = recorded.attributes;
  }

  spanContext(): SpanContext {
    return this.context;
  }

  /** Processors get it at its start as well; it is complete already, and what writes to it is lost. */
  asStarted(): Span {
    return this as unknown as Span;
  }
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
