import type { ReadableSpan, SpanProcessor } from "@opentelemetry/sdk-trace-base";
import { exporters } from "../../target/exporters/index.ts";
import { processors } from "../../target/processors/index.ts";
import type { Operation, Part } from "../part.ts";

const BATCH = 512;
const BATCHES_AT_ONCE = 16;
/** One span on its way out and one in the queue: the next finds it full. */
const FULL = "batch:queue=1,batch=1,delay=1h";
const NOWHERE = { otlpHttp: "", otlpGrpc: "", zipkin: "" };

/** What a processor does when a span ends; what it hands on is thrown away. */
export function processorParts(): Part[] {
  return [
    part("batch/room", "onEnd of the batch processor, its queue filling to one short of a batch", () =>
      ending("batch", BATCH - 1),
    ),
    part("batch/leaving", "the same, to the span that makes a batch full and sends it off", () =>
      ending("batch", BATCH),
    ),
    part("batch/full", "onEnd of the batch processor, its queue full", full),
    part("simple", "onEnd of the simple processor, which exports every span at once", () => ending("simple", BATCH)),
  ];
}

function part(name: string, about: string, make: () => Promise<Operation>): Part {
  return { name: `processor/${name}`, about, make };
}

async function spansToEnd(): Promise<readonly ReadableSpan[]> {
  const { endedSpans } = await import("./spans-made.ts");
  return endedSpans(BATCH);
}

async function made(spec: string): Promise<SpanProcessor> {
  const discard = exporters.parse("discard");
  const exporter = await discard.kind.make(discard.config, NOWHERE, { baseDir: "." });
  const { kind, config } = processors.parse(spec);
  return kind.make(config, exporter, { baseDir: "." });
}

/** Each `filling` spans end at a processor of their own: a batch that has left is done with when the event loop turns. */
async function ending(spec: string, filling: number): Promise<Operation> {
  const spans = await spansToEnd();
  const all: SpanProcessor[] = [];
  return {
    multiple: filling,
    most: BATCHES_AT_ONCE * filling,
    emptied: true,
    async prepare(times) {
      while (all.length < times / filling) all.push(await made(spec));
    },
    run(times) {
      for (let at = 0; at < times / filling; at++) {
        const processor = all[at]!;
        for (let i = 0; i < filling; i++) processor.onEnd(spans[i]!);
      }
    },
    settle: async () => void (await Promise.all(all.map((processor) => processor.forceFlush()))),
    close: async () => void (await Promise.all(all.map((processor) => processor.shutdown()))),
  };
}

async function full(): Promise<Operation> {
  const [processor, spans] = [await made(FULL), await spansToEnd()];
  return {
    run(times) {
      for (let i = 0; i < times; i++) processor.onEnd(spans[i % BATCH]!);
    },
    settle: () => processor.forceFlush(),
    close: () => processor.shutdown(),
  };
}
