/** Batches as the SDK sends them: 512 spans with six attributes each, in the SDK's own bytes, with new span ids each time. */
import { ROOT_CONTEXT, SpanKind, trace, TraceFlags } from "@opentelemetry/api";
import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";

export const SPANS = 512;
const NAMES = ["POST /orders", "order.place", "inventory.reserve", "payment.charge", "recommendation.find", "db.query"];

export class Batch {
  readonly body: Buffer;
  readonly #idOffsets: readonly number[];
  #serial: number;

  /** Batches of different `sender` never share a span id. */
  constructor(sender: number) {
    const exporter = new InMemorySpanExporter();
    const provider = new BasicTracerProvider({
      resource: resourceFromAttributes({ "service.name": "orders", "service.version": "1.0.0", "process.pid": 1 }),
      spanProcessors: [new SimpleSpanProcessor(exporter)],
    });
    const tracer = provider.getTracer("bench", "1.0.0");
    for (let i = 0; i < SPANS; i++) {
      const parent = {
        traceId: (i + 1).toString(16).padStart(32, "7"),
        spanId: "00f067aa0ba902b7",
        traceFlags: TraceFlags.SAMPLED,
      };
      const attributes = {
        "http.request.method": "POST",
        "http.route": "/orders/:id",
        "url.path": `/orders/${100_000 + i}`,
        "server.address": "127.0.0.1",
        "http.response.status_code": 200,
        "spantoll.request_id": 1_000_000 + i,
      };
      const kind = i % 2 === 0 ? SpanKind.SERVER : SpanKind.INTERNAL;
      tracer
        .startSpan(NAMES[i % NAMES.length]!, { kind, attributes }, trace.setSpanContext(ROOT_CONTEXT, parent))
        .end();
    }
    const spans = exporter.getFinishedSpans();
    this.body = Buffer.from(ProtobufTraceSerializer.serializeRequest(spans)!);
    this.#idOffsets = spans.map((span) => {
      const { spanId } = span.spanContext();
      return this.body.indexOf(Buffer.from(spanId, "hex"));
    });
    this.#serial = sender * 2 ** 28;
  }

  /** Gives each span an id that none had before: a serial number, and its mix, which spreads like a random one. */
  renew(): Buffer {
    for (const offset of this.#idOffsets) {
      const serial = ++this.#serial;
      const mixed = Math.imul(serial ^ (serial >>> 15), 0x2c1b3c6d) >>> 0;
      this.body.writeUInt32BE(mixed, offset);
      this.body.writeUInt32BE(serial >>> 0, offset + 4);
    }
    return this.body;
  }
}
