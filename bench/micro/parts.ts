/** Every part of tracing that is measured alone, and the sink's own. Samplers and exporters come from the registries. */
import { ROOT_CONTEXT, SpanKind, TraceFlags } from "@opentelemetry/api";
import { JsonTraceSerializer, ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { gzipSync } from "node:zlib";
import { systemClock } from "../../src/base/clock.ts";
import { TRACES_DATA } from "../../src/simulate/read/protobuf.ts";
import { ReceivedSpans } from "../../src/sink/count/received-spans.ts";
import { decodeOtlpJson } from "../../src/sink/decode/otlp-json.ts";
import { decodeOtlpProtobuf } from "../../src/sink/decode/otlp-protobuf.ts";
import { exporters } from "../../src/target/exporters/index.ts";
import { processors } from "../../src/target/processors/index.ts";
import { samplers } from "../../src/target/samplers/index.ts";
import type { SamplerKind, SamplerMade } from "../../src/target/kinds.ts";
import { kept, repeated, type Operation, type Parts } from "./operation.ts";
import { CONTEXT, SPANS } from "./api-parts.ts";
import { endedSpans, QUIET_PROCESSOR, remoteContexts, REQUESTS, SIX_ATTRIBUTES, traceIds } from "./requests.ts";

const BATCH = 512;
const NOWHERE = { otlpHttp: "", otlpGrpc: "", zipkin: "http://127.0.0.1:9/" };
const HERE = { baseDir: "." };

const PARENTS = {
  root: () => [ROOT_CONTEXT],
  "sampled-parent": () => remoteContexts(TraceFlags.SAMPLED),
  "unsampled-parent": () => remoteContexts(TraceFlags.NONE),
};

function makeSampler(example: string, folder: string): Promise<SamplerMade> {
  const { kind, config } = samplers.parse(example);
  return kind.make(config, { service: "micro", baseDir: folder, clock: systemClock, seed: 1 });
}

/** The decision of a sampler, by its registered example, on a root and below either kind of parent. */
function samplerParts({ example, tail }: SamplerKind): Parts {
  const decisions = Object.entries(PARENTS).map(([name, parentsOf]) => {
    const make = async (folder: string): Promise<Operation> => {
      const { sampler, shutdown } = await makeSampler(example, folder);
      const parents = parentsOf();
      const decide = (i: number): unknown =>
        sampler.shouldSample(
          parents[i % parents.length]!,
          traceIds[i & (REQUESTS - 1)]!,
          "POST /orders",
          SpanKind.SERVER,
          SIX_ATTRIBUTES,
          [],
        );
      return { ...repeated(decide), ...(shutdown && { close: shutdown }) };
    };
    return [`sampler/${example}/${name}`, make] as const;
  });
  const holding = tail ? { [`sampler/${example}/span`]: (folder: string) => holdingBack(example, folder) } : {};
  return { ...Object.fromEntries(decisions), ...holding };
}

/** Holding spans back until their trace of 8 is complete, and the decision on it. Each sample has a fresh processor. */
async function holdingBack(example: string, folder: string): Promise<Operation> {
  const { wrap } = await makeSampler(example, folder);
  const spans = endedSpans(1024, 8);
  const fresh = () => wrap!(QUIET_PROCESSOR, { rejected: () => undefined, evicted: () => undefined });
  let processor = fresh();
  return {
    times: spans.length,
    prepare: () => void (processor = fresh()),
    run() {
      for (let root = 0; root < spans.length; root += 8) {
        for (let i = root; i < root + 8; i++) processor.onStart(spans[i]!, ROOT_CONTEXT);
        for (let i = root + 7; i >= root; i--) processor.onEnd(spans[i]!);
      }
    },
  };
}

/** `onEnd` of a processor whose spans go nowhere. */
async function ending(spec: string, times: number): Promise<Operation> {
  const discard = exporters.parse("discard");
  const { kind, config } = processors.parse(spec);
  const exporter = await discard.kind.make(discard.config, NOWHERE, HERE);
  const processor = await kind.make(config, exporter, HERE);
  const spans = endedSpans(BATCH);
  return {
    times,
    run(count) {
      for (let i = 0; i < count; i++) processor.onEnd(spans[i]!);
    },
    settle: () => processor.forceFlush(),
    close: () => processor.shutdown(),
  };
}

const PROCESSORS: Parts = {
  "processor/batch/room": () => ending("batch", BATCH - 1),
  "processor/batch/leaving": () => ending("batch", BATCH),
  "processor/batch/full": () => ending("batch:queue=1,batch=1,delay=1h", BATCH),
  "processor/simple": () => ending("simple", BATCH),
};

/** A batch of 512 spans at once; the figure is for one span. */
function perBatch(act: () => unknown): Operation {
  return { times: BATCH, run: () => void (kept.last = act()) };
}

async function exporting(name: string): Promise<Operation> {
  const { kind, config } = exporters.parse(name);
  const exporter = (await kind.make(config, NOWHERE, HERE)) as Awaited<ReturnType<typeof kind.make>> & {
    reset?(): void;
  };
  // Zipkin's exporter keeps its serialisation to itself: it gets another way to send
  const send = (spans: unknown, done: (result: { code: number }) => void): void => {
    kept.last = JSON.stringify(spans);
    done({ code: 0 });
  };
  if (name === "zipkin") Object.assign(exporter, { _send: send });
  const spans = endedSpans(BATCH);
  return {
    ...perBatch(() => exporter.export(spans, ({ code }) => void (kept.count += code))),
    async settle() {
      await exporter.forceFlush?.();
      exporter.reset?.();
    },
    close: () => exporter.shutdown(),
  };
}

const EXPORTERS: Parts = {
  "export/otlp-protobuf": () => serializing((spans) => ProtobufTraceSerializer.serializeRequest(spans)),
  "export/otlp-json": () => serializing((spans) => JsonTraceSerializer.serializeRequest(spans)),
  "export/gzip": () => {
    const body = PROTOBUF();
    return perBatch(() => gzipSync(body));
  },
  "export/zipkin": () => exporting("zipkin"),
};

function serializing(serialize: (spans: ReturnType<typeof endedSpans>) => unknown): Operation {
  const spans = endedSpans(BATCH);
  return perBatch(() => serialize(spans));
}

const PROTOBUF = (): Uint8Array => ProtobufTraceSerializer.serializeRequest(endedSpans(BATCH))!;

/** What the sink does with a batch: decode it, count unique ids, keep what fidelity reads. Each sample has a fresh table. */
function receiving(body: Uint8Array, decode: typeof decodeOtlpProtobuf): Operation {
  let received = new ReceivedSpans();
  const fresh = (): void => void (received = new ReceivedSpans());
  const receive = (): void => {
    decode(body, received.rows);
    received.commit();
  };
  return { ...perBatch(receive), prepare: fresh };
}

const SINK: Parts = {
  "sink/otlp-protobuf": () => receiving(PROTOBUF(), decodeOtlpProtobuf),
  "sink/otlp-json": () => receiving(JsonTraceSerializer.serializeRequest(endedSpans(BATCH))!, decodeOtlpJson),
  "sink/protobufjs-decodes-only": () => {
    const body = PROTOBUF();
    return perBatch(() => TRACES_DATA.decode(body));
  },
};

const LOCAL_EXPORTERS = exporters.kinds.filter(({ endpoint, name }) => endpoint === undefined && name !== "discard");

export const PARTS: Parts = {
  ...SPANS,
  ...CONTEXT,
  ...Object.assign({}, ...samplers.kinds.filter(({ traced }) => traced).map(samplerParts)),
  ...PROCESSORS,
  ...EXPORTERS,
  ...SINK,
  ...Object.fromEntries(LOCAL_EXPORTERS.map(({ name, example }) => [`export/${name}`, () => exporting(example)])),
};
