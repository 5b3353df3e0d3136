import type { ISerializer } from "@opentelemetry/otlp-transformer";
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace-base";
import { exporters } from "../../target/exporters/index.ts";
import { kept, type Operation, type Part } from "../part.ts";

const BATCH = 512;
const BATCHES_AT_ONCE = 32;
const SPANS = "of a batch of 512 with six attributes";
const NOWHERE = { otlpHttp: "", otlpGrpc: "", zipkin: "http://127.0.0.1:9/" };

type Transformer = typeof import("@opentelemetry/otlp-transformer");
type Serializer = ISerializer<ReadableSpan[], unknown>;

/** From spans to bytes, a span at a time; what goes over the network ends where it would be sent. */
export function exportParts(): Part[] {
  const protobuf = (transformer: Transformer): Serializer => transformer.ProtobufTraceSerializer;
  const json = (transformer: Transformer): Serializer => transformer.JsonTraceSerializer;
  const local = exporters.kinds.filter(({ name, endpoint }) => endpoint === undefined && name !== "discard");
  return [
    part("otlp-protobuf", "a span to protobuf, for otlp-http/protobuf and otlp-grpc", () => serializing(protobuf)),
    part("otlp-json", "a span to JSON, for otlp-http/json", () => serializing(json)),
    part("zipkin", "a span to Zipkin's JSON", zipkin),
    part("gzip-otlp-protobuf", "compressing a span's protobuf", () => compressing(protobuf)),
    ...local.map(({ name }) => part(name, `a span to the exporter ${name}`, () => exporting(name))),
  ];
}

function part(name: string, about: string, make: () => Promise<Operation>): Part {
  return { name: `export/${name}`, about: `${about}, ${SPANS}`, make };
}

async function batch(): Promise<ReadableSpan[]> {
  const { endedSpans } = await import("./spans-made.ts");
  return endedSpans(BATCH);
}

async function serializing(of: (transformer: Transformer) => Serializer): Promise<Operation> {
  const serializer = of(await import("@opentelemetry/otlp-transformer"));
  const spans = await batch();
  return perBatch(() => void (kept.count += serializer.serializeRequest(spans)!.length));
}

async function compressing(of: (transformer: Transformer) => Serializer): Promise<Operation> {
  const { gzipSync } = await import("node:zlib");
  const body = of(await import("@opentelemetry/otlp-transformer")).serializeRequest(await batch())!;
  return perBatch(() => void (kept.count += gzipSync(body).length));
}

async function exporting(name: string): Promise<Operation> {
  const { kind, config } = exporters.parse(name);
  const exporter = await kind.make(config, NOWHERE, { baseDir: "." });
  return exported(exporter, await batch());
}

/** The package keeps its transformation to itself, so that the real exporter is given another way to send. */
async function zipkin(): Promise<Operation> {
  const { kind, config } = exporters.parse("zipkin");
  const exporter = await kind.make(config, NOWHERE, { baseDir: "." });
  const send = (spans: unknown, done: (result: { code: number }) => void): void => {
    kept.count += JSON.stringify(spans).length;
    done({ code: 0 });
  };
  return exported(Object.assign(exporter, { _send: send }), await batch());
}

function exported(exporter: SpanExporter & { reset?(): void }, spans: ReadableSpan[]): Operation {
  return {
    ...perBatch(() => exporter.export(spans, ({ code }) => void (kept.count += code))),
    most: BATCHES_AT_ONCE * BATCH,
    emptied: true,
    settle: async () => {
      await exporter.forceFlush?.();
      exporter.reset?.();
    },
    close: () => exporter.shutdown(),
  };
}

function perBatch(act: () => void): Operation {
  return {
    multiple: BATCH,
    run(times) {
      for (let i = 0; i < times; i += BATCH) act();
    },
  };
}
