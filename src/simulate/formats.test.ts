import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { seededRandom, shuffled } from "../base/random.ts";
import {
  jaegerDocument,
  otlpDocument,
  otlpLines,
  pythonConsole,
  shopTraces,
  simulated,
  temporaryFile,
  zipkinDocument,
} from "./recording.fixture.ts";
import { TRACES_DATA } from "./read/protobuf.ts";

const SPANS = shopTraces(60);
const document = JSON.parse(otlpDocument(SPANS)) as { resourceSpans: object[] };
const withNumbers = otlpLines(SPANS)
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as { resourceSpans: object[] });

/** Keys as in the proto file; also those of protobuf's enums, which are values, stay as they are. */
function inSnakeCase(text: string): string {
  return text.replace(/"([a-z]+(?:[A-Z][a-z]+)+)":/g, (key) => key.replace(/[A-Z]/g, (big) => `_${big.toLowerCase()}`));
}

/** Jaeger's traces, each by itself. */
function jaegerTraces(indent?: number): string {
  const { data } = JSON.parse(jaegerDocument(SPANS)) as { data: object[] };
  return data.map((trace) => JSON.stringify(trace, null, indent)).join("\n");
}

/** As Jaeger keeps spans in Elasticsearch: each with its process. */
function elasticLines(): string {
  const { data } = JSON.parse(jaegerDocument(SPANS)) as {
    data: { spans: { processID: string }[]; processes: Record<string, object> }[];
  };
  return data
    .flatMap(({ spans, processes }) =>
      spans.map((span) => JSON.stringify({ _source: { ...span, process: processes[span.processID] } })),
    )
    .join("\n");
}

function protobufOf(resourceSpans: readonly object[]): Uint8Array {
  const numbered = JSON.parse(JSON.stringify(resourceSpans), (key, value: unknown) =>
    key === "kind" || key === "code"
      ? ENUMS.indexOf(String(value).replace(/^(SPAN_KIND|STATUS_CODE)_/, "")) % 6
      : value,
  ) as object[];
  return TRACES_DATA.encode(TRACES_DATA.fromObject({ resourceSpans: numbered })).finish();
}

/** As the Collector's file exporter writes protobuf: after the length in four bytes. */
function delimitedMessages(): Buffer {
  return Buffer.concat(
    [document, document].flatMap(({ resourceSpans }, at) => {
      const bytes = protobufOf(resourceSpans.filter((_, index) => index % 2 === at));
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}
const ENUMS = ["UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER", "UNSET", "OK", "ERROR"];

const written: Readonly<Record<string, string | Uint8Array>> = {
  "otlp-one-line-for-all.jsonl": otlpLines(SPANS, 1_000_000),
  "otlp-document.json": otlpDocument(SPANS),
  "otlp.jsonl.gz": gzipSync(otlpLines(SPANS)),
  "otlp.jsonl.zst": zstdCompressSync(otlpLines(SPANS)),
  "otlp-utf-16.json": Buffer.from(`\uFEFF${otlpDocument(SPANS)}`, "utf16le"),
  "otlp-snake-case.json": inSnakeCase(otlpDocument(SPANS)),
  "otlp-enums-in-other-words.json": otlpDocument(SPANS).replace(/SPAN_KIND_SERVER|STATUS_CODE_ERROR/g, (name) =>
    name === "SPAN_KIND_SERVER" ? "Server" : "2",
  ),
  "otlp-documents.json": withNumbers.map((one) => JSON.stringify(one, null, 2)).join("\n"),
  "otlp-delimited.pb": delimitedMessages(),
  "otlp.pb": protobufOf(document.resourceSpans),
  "otlp-before-scopes.json": otlpDocument(SPANS).replaceAll('"scopeSpans"', '"instrumentationLibrarySpans"'),
  "tempo.json": JSON.stringify({ batches: document.resourceSpans }, null, 1),
  "tempo-api.json": JSON.stringify({ trace: document }),
  "jaeger-v3.jsonl": withNumbers.map((result) => JSON.stringify({ result })).join("\n"),
  "jaeger-v3.json": JSON.stringify({ result: document }, null, 1),
  "jaeger-elasticsearch.ndjson": elasticLines(),
  "jaeger.json": jaegerDocument(SPANS),
  "jaeger-traces.jsonl": jaegerTraces(),
  "jaeger-traces-on-many-lines.json": jaegerTraces(2),
  "jaeger.json.gz": gzipSync(jaegerDocument(SPANS)),
  "python-console.txt": pythonConsole(SPANS),
  "zipkin.json": zipkinDocument(SPANS),
  "zipkin-traces.json": zipkinDocument(SPANS, true),
};

const expected = simulated([temporaryFile("otlp.jsonl", otlpLines(SPANS))]);

for (const [name, content] of Object.entries(written)) {
  test(`the same traces give the same figures as ${name}`, async () => {
    assert.deepEqual(await simulated([temporaryFile(name, content)]), await expected);
  });
}

test("the figures do not depend on the order of the spans in the file", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.constantFrom(otlpLines, jaegerDocument, zipkinDocument), async (seed, write) => {
      const file = temporaryFile("shuffled.json", write(shuffled(SPANS, seededRandom(seed))));
      assert.deepEqual(await simulated([file]), await expected);
    }),
    { numRuns: 12 },
  );
});

test("several files are one recording", async () => {
  const [first, second] = [SPANS.slice(0, 143), SPANS.slice(143)];
  const files = [temporaryFile("a.json", zipkinDocument(first)), temporaryFile("b.jsonl", otlpLines(second))];
  assert.deepEqual((await simulated(files)).strategies, (await expected).strategies);
});

test("Zipkin's client and server sides of one id become spans of their own, and parts of one side one span", async () => {
  const web = { localEndpoint: { serviceName: "web", ipv4: "10.0.0.1" } };
  const shop = { localEndpoint: { serviceName: "shop", ipv4: "10.0.0.2" } };
  const otherShop = { localEndpoint: { serviceName: "shop", ipv4: "10.0.0.3" } };
  const shared = { traceId: "a1", id: "2", parentId: "1", name: "serve", kind: "SERVER", shared: true };
  const records = [
    { traceId: "a1", id: "1", name: "get", kind: "SERVER", timestamp: 1.7e15, duration: 900, ...web },
    {
      traceId: "a1",
      id: "2",
      parentId: "1",
      name: "call",
      kind: "CLIENT",
      timestamp: 1.7e15 + 10,
      duration: 500,
      ...web,
    },
    { ...shared, timestamp: 1.7e15 + 50, duration: 400, ...shop },
    { ...shared, timestamp: 1.7e15 + 60, duration: 300, ...otherShop },
    { traceId: "a1", id: "2", parentId: "1", name: "serve", tags: { error: "no" }, ...shop },
    { traceId: "a1", id: "3", parentId: "2", name: "query", timestamp: 1.7e15 + 60, duration: 10, ...otherShop },
  ];
  const { recording, strategies, warnings } = await simulated([temporaryFile("shared.json", JSON.stringify(records))]);
  assert.deepEqual([recording.records, recording.spans, recording.failedTraces], [6, 5, 1]);
  assert.deepEqual(strategies[0]!.repetitions[0]!.fidelity.edges.counts, { "web>shop": 1 });
  assert.deepEqual(warnings, []);
});

test("a span id that a client and a server share is two spans in every format", async () => {
  const ids = { traceId: "a1", spanId: "b1" };
  const times = { startTimeUnixNano: "1700000000000000000", endTimeUnixNano: "1700000000001000000" };
  const side = (service: string, kind: number, code: number): object => ({
    resource: { attributes: [{ key: "service.name", value: { stringValue: service } }] },
    scopeSpans: [{ spans: [{ ...ids, ...times, name: "call", kind, status: { code } }] }],
  });
  const resourceSpans = [side("web", 3, 0), side("shop", 2, 2), side("shop", 2, 2)];
  const { recording, strategies, warnings } = await simulated([
    temporaryFile("shared-otlp.json", JSON.stringify({ resourceSpans })),
  ]);
  assert.deepEqual([recording.spans, recording.failedTraces], [2, 1]);
  assert.deepEqual(strategies[0]!.repetitions[0]!.fidelity.edges.counts, { "web>shop": 1 });
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ["duplicate-span"],
  );
});

test("Zipkin v1 gives both sides of a call, with their services, times and failure", async () => {
  const at = (value: string, timestamp: number, serviceName: string): object => ({
    value,
    timestamp: 1.7e15 + timestamp,
    endpoint: { serviceName },
  });
  const call = {
    traceId: "a1",
    id: "b1",
    name: "get",
    annotations: [at("cs", 0, "web"), at("sr", 10, "shop"), at("ss", 90, "shop"), at("cr", 100, "web")],
    binaryAnnotations: [{ key: "error", value: "declined", endpoint: { serviceName: "shop" } }],
  };
  const { recording, strategies } = await simulated([temporaryFile("v1.json", JSON.stringify([[call]]))]);
  assert.deepEqual([recording.spans, recording.services, recording.failedTraces], [2, 2, 1]);
  assert.deepEqual(strategies[0]!.repetitions[0]!.fidelity.edges.counts, { "web>shop": 1 });
});

test("references and ids of other lengths and cases name the same trace", async () => {
  const data = JSON.parse(jaegerDocument(SPANS)) as {
    data: { spans: { traceID: string; references: { traceID: string }[] }[] }[];
  };
  data.data.forEach(({ spans }, index) => {
    for (const span of spans) {
      if (index % 2 === 0) span.traceID = span.traceID.toUpperCase();
      for (const reference of span.references)
        reference.traceID = `${span.traceID.slice(0, 8).toLowerCase()}${span.traceID.slice(8)}`;
    }
  });
  assert.deepEqual(
    (await simulated([temporaryFile("cases.json", JSON.stringify(data))])).strategies,
    (await expected).strategies,
  );
});

test("an enum's value that OTLP does not have is counted", async () => {
  const text = otlpLines(SPANS).replaceAll('"kind":3', '"kind":"NO_SUCH_KIND"');
  const { warnings } = await simulated([temporaryFile("enums.jsonl", text)]);
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ["unknown-enum"],
  );
});
