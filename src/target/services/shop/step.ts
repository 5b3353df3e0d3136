import { SpanStatusCode, trace, type Attributes, type Span } from "@opentelemetry/api";
import { deriveSeed, seededRandom, type Random } from "../../../base/random.ts";

const tracer = trace.getTracer("spantoll-shop");
const recorded = new WeakSet<Error>();

/** The request that a step of the shop works for. */
export interface ShopRequest {
  readonly id: string;
  /** Seeded by the request's id, so that the same request waits equally long in every variant. */
  readonly random: Random;
}

/** The shop refuses a request, with this HTTP status. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export function shopRequest(seed: number, id: string): ShopRequest {
  return { id, random: seededRandom(deriveSeed(seed, id)) };
}

/** A wait for another machine, such as a database: a real timer of `minMs` to `maxMs` whole milliseconds. */
export function pause(random: Random, minMs: number, maxMs: number): Promise<void> {
  return sleep(minMs + Math.floor(random() * (maxMs - minMs + 1)));
}

/** A wait with a long tail: `minMs` and a lognormal part; median `medianMs`, at most `maxMs`. */
export function longTailPause(random: Random, minMs: number, medianMs: number, maxMs: number): Promise<void> {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return sleep(Math.round(Math.min(maxMs, minMs + (medianMs - minMs) * Math.exp(0.6 * normal))));
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Runs one step in a span of its own. A failing step has status ERROR; its exception is recorded once, on the innermost span. */
export function traced<T>(name: string, attributes: Attributes, step: (span: Span) => Promise<T>): Promise<T> {
  return tracer.startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await step(span);
    } catch (error) {
      markFailed(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

function markFailed(span: Span, error: unknown): void {
  const failure = error instanceof Error ? error : new Error(String(error));
  if (!recorded.has(failure)) span.recordException(failure);
  recorded.add(failure);
  span.setStatus({ code: SpanStatusCode.ERROR, message: failure.message });
}
