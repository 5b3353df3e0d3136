import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Metadata } from "@grpc/grpc-js";
import { ExportResultCode, type ExportResult } from "@opentelemetry/core";
import { OTLPTraceExporter as GrpcExporter } from "@opentelemetry/exporter-trace-otlp-grpc";
import { OTLPTraceExporter as JsonExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtobufExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { ZipkinExporter } from "@opentelemetry/exporter-zipkin";
import { CompressionAlgorithm } from "@opentelemetry/otlp-exporter-base";
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace-base";
import { grpcAddress } from "../../target/endpoints.ts";
import type { ReceiverEndpoints } from "../protocol.ts";
import { open } from "../receiver.fixture.ts";
import { expectedRows, rowsOf, someSpans } from "../spans.fixture.ts";

const gzip = { compression: CompressionAlgorithm.GZIP };
const EXPORTERS: Readonly<Record<string, (endpoints: ReceiverEndpoints) => SpanExporter>> = {
  "OTLP/HTTP protobuf": ({ otlpHttp }) => new ProtobufExporter({ url: otlpHttp }),
  "OTLP/HTTP protobuf, gzip": ({ otlpHttp }) => new ProtobufExporter({ url: otlpHttp, ...gzip }),
  "OTLP/HTTP JSON": ({ otlpHttp }) => new JsonExporter({ url: otlpHttp }),
  "OTLP/HTTP JSON, gzip": ({ otlpHttp }) => new JsonExporter({ url: otlpHttp, ...gzip }),
  "OTLP/gRPC": ({ otlpGrpc }) => new GrpcExporter(grpcOptions(otlpGrpc)),
  "OTLP/gRPC, gzip": ({ otlpGrpc }) => new GrpcExporter({ ...grpcOptions(otlpGrpc), ...gzip }),
  Zipkin: ({ zipkin }) => new ZipkinExporter({ url: zipkin }),
};

function grpcOptions(endpoint: string): { url: string; metadata: Metadata } {
  const { url, headers } = grpcAddress(endpoint);
  return { url, metadata: Metadata.fromHttp2Headers(headers) };
}

function send(exporter: SpanExporter, spans: ReadableSpan[]): Promise<ExportResult> {
  return new Promise((resolve) => exporter.export(spans, resolve));
}

describe("the SDK's exporters", () => {
  const spans = someSpans(100);
  for (const [name, make] of Object.entries(EXPORTERS)) {
    it(`${name}: every span arrives as it is`, async () => {
      const receiver = await open();
      const exporter = make(receiver.endpoints);
      for (const part of [spans.slice(0, 60), spans.slice(60)]) {
        assert.equal((await send(exporter, part)).code, ExportResultCode.SUCCESS);
      }
      await exporter.shutdown();
      const { counts, spans: table } = await receiver.close();
      // Zipkin has no tracestate.
      const expected = expectedRows(spans).map((row, place) => {
        const isLost = name === "Zipkin" && spans[place]!.spanContext().traceState !== undefined;
        return isLost ? { ...row, adjustedCount: weightByAttribute(spans[place]!) } : row;
      });
      assert.deepEqual(rowsOf(table), expected);
      assert.deepEqual([counts.received, counts.batches, counts.malformed], [100, 2, {}]);
      assert.equal(counts.wireBytes < counts.bodyBytes / 2, name.endsWith("gzip"));
    });
  }
});

function weightByAttribute({ attributes }: ReadableSpan): number {
  return Number(attributes["sampler.adjusted_count"] ?? (attributes["sampler.param"] === 0.125 ? 8 : NaN));
}
