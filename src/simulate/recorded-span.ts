import type { Attributes } from "@opentelemetry/api";
import { REQUEST_ID_ATTRIBUTE } from "../target/request-id.ts";
import type { Place } from "./problems.ts";

/** A span of a recording, whatever format it came in. */
export interface RecordedSpan {
  /** 32 lower-case hex digits. */
  traceId: string;
  /** 16 lower-case hex digits. */
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly service: string;
  readonly name: string;
  /** OTLP SpanKind, 1 to 5. */
  readonly kind: number;
  /** Its status is ERROR. */
  readonly failed: boolean;
  /** µs since 1970. */
  readonly startUs: number;
  readonly durationUs: number;
  readonly attributes: Attributes;
  readonly place: Place;
  /** From Zipkin, in which a span may come in several parts: see read/shared-ids.ts. */
  readonly zipkin?: {
    readonly shared: boolean;
    readonly hasKind: boolean;
    readonly hasTime: boolean;
    /** Address and port of the service's instance. */
    readonly instance: string;
  };
}

/** In µs since 1970. */
export function endOf({ startUs, durationUs }: RecordedSpan): number {
  return startUs + durationUs;
}

/** From the first start to the last end, in µs: clocks may let a child start before the root. */
export function tookUs(spans: readonly RecordedSpan[]): number {
  let [firstUs, lastUs] = [Infinity, -Infinity];
  for (const span of spans) {
    firstUs = Math.min(firstUs, span.startUs);
    lastUs = Math.max(lastUs, endOf(span));
  }
  return lastUs - firstUs;
}

/** Root attributes of recordings made by `bench --record`: what the driver knew of the request. */
export const REQUEST = {
  id: REQUEST_ID_ATTRIBUTE,
  route: "spantoll.route",
  failed: "spantoll.failed",
  serviceTimeUs: "spantoll.service_time_us",
} as const;

/** Resource attribute of a recording made by `bench --record`: the driver of a trial in it was late. */
export const DRIVER_LATE = "spantoll.driver_late";
