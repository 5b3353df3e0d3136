import type { Span, Tracer } from "@opentelemetry/api";
import { kept, type Operation, type Part } from "../part.ts";

const ATTRIBUTES_A_SPAN = 8;
const EVENTS_A_SPAN = 4;
const SPANS_AT_ONCE = 512;

type MakeTracer = (made: typeof import("./spans-made.ts")) => Tracer;
const recording: MakeTracer = (made) => made.recordingTracer();
const unsampled: MakeTracer = (made) => made.unsampledTracer();

/** Starting and ending spans, and what is put on them. Costs of a recorded span hold an always_on decision and its ids. */
export function spanParts(): Part[] {
  return [
    {
      name: "span/no-sdk",
      about: "start and end by the API alone, where no SDK is registered",
      make: async () => started((await import("@opentelemetry/api")).trace.getTracer("spantoll-micro"), false),
    },
    part("recorded-root", "start and end of a recorded root span", async (made) => started(recording(made), false)),
    part("recorded-child", "start and end of a recorded span below another", async (made) =>
      started(recording(made), true),
    ),
    part("unsampled", "start and end of a span that is not sampled", async (made) => started(unsampled(made), true)),
    part("with-six-attributes", "start, with six attributes, and end of a recorded span", async (made) =>
      withAttributes(recording(made), made.SIX_ATTRIBUTES),
    ),
    part("attribute", "one setAttribute on a recorded span", async (made) => attributes(recording(made))),
    part("attribute-unsampled", "one setAttribute on a span that is not sampled", async (made) =>
      attributes(unsampled(made), onUnsampled),
    ),
    part("event", "one addEvent with two attributes", async (made) => events(recording(made))),
    part("event-unsampled", "one addEvent on a span that is not sampled", async (made) =>
      events(unsampled(made), onUnsampled),
    ),
    part("exception", "one recordException, and the status ERROR", async (made) => exceptions(recording(made))),
  ];
}

function part(name: string, about: string, make: (made: typeof import("./spans-made.ts")) => Promise<Operation>): Part {
  return { name: `span/${name}`, about, make: async () => make(await import("./spans-made.ts")) };
}

async function started(tracer: Tracer, asChild: boolean): Promise<Operation> {
  const { IN_FLIGHT, remoteParents, ROOT_CONTEXT, TraceFlags } = await import("./request.ts");
  const parents = asChild ? remoteParents(TraceFlags.SAMPLED) : Array.from({ length: IN_FLIGHT }, () => ROOT_CONTEXT);
  let next = 0;
  return {
    run(times) {
      for (let i = 0; i < times; i++) {
        const span = tracer.startSpan("order.place", undefined, parents[next++ & (IN_FLIGHT - 1)]);
        if (span.isRecording()) kept.count++;
        span.end();
      }
    },
  };
}

async function withAttributes(tracer: Tracer, attributes: Readonly<Record<string, unknown>>): Promise<Operation> {
  const { ROOT_CONTEXT } = await import("./request.ts");
  return {
    run(times) {
      for (let i = 0; i < times; i++) {
        tracer.startSpan("order.place", { attributes: { ...attributes } as {} }, ROOT_CONTEXT).end();
      }
    },
  };
}

/** An operation on spans that are made beforehand, `each` times on every one. */
function onSpans(tracer: Tracer, each: number, act: (span: Span, nth: number) => unknown): Operation {
  let spans: Span[] = [];
  return {
    most: SPANS_AT_ONCE * each,
    emptied: true,
    prepare(times) {
      spans = Array.from({ length: Math.ceil(times / each) }, () => tracer.startSpan("order.place"));
    },
    run(times) {
      for (let i = 0; i < times; i++) kept.last = act(spans[Math.floor(i / each)]!, i % each);
    },
    settle() {
      spans = [];
      kept.last = undefined;
    },
  };
}

/** The same where it leaves the spans as they are, so that they can be used again. */
function onUnsampled(tracer: Tracer, each: number, act: (span: Span, nth: number) => unknown): Operation {
  const spans = Array.from({ length: SPANS_AT_ONCE }, () => tracer.startSpan("order.place"));
  return {
    run(times) {
      for (let i = 0; i < times; i++) kept.last = act(spans[Math.floor(i / each) % SPANS_AT_ONCE]!, i % each);
    },
  };
}

type OnSpans = typeof onSpans;

function attributes(tracer: Tracer, on: OnSpans = onSpans): Operation {
  const keys = Array.from({ length: ATTRIBUTES_A_SPAN }, (_, at) => `order.attribute_${at}`);
  return on(tracer, ATTRIBUTES_A_SPAN, (span, nth) => span.setAttribute(keys[nth]!, nth % 2 === 0 ? nth : "w-3"));
}

function events(tracer: Tracer, on: OnSpans = onSpans): Operation {
  return on(tracer, EVENTS_A_SPAN, (span) =>
    span.addEvent("order.placed", { "order.id": "o-17", "order.total_cents": 7597 }),
  );
}

async function exceptions(tracer: Tracer): Promise<Operation> {
  const { SpanStatusCode } = await import("@opentelemetry/api");
  const failure = new Error("payment declined: insufficient funds");
  return onSpans(tracer, 1, (span) => {
    span.recordException(failure);
    return span.setStatus({ code: SpanStatusCode.ERROR, message: failure.message });
  });
}
