/**
 * Does any reader break on any input? `npm run fuzz [-- --minutes 5 --seed 1]`
 *
 * Property-based fuzzing: valid inputs with values or bytes changed, and arbitrary JSON. A reader returns, or refuses with
 * its own kind of error; anything else is a fault, printed with the smallest input that fast-check finds. Exit code 1 if
 * there is one.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { parse } from "yaml";
import { UserError } from "../src/base/problem.ts";
import { count } from "../src/base/units.ts";
import { tailSpecOf } from "../src/cli/simulate/collector-policy.ts";
import { collectorFacts, readConfigurationFile } from "../src/collector/configuration.ts";
import { histogramQuantile, readSpanMetrics } from "../src/collector/span-metrics.ts";
import { collectorCounts, droppedInLog } from "../src/collector/metrics-text.ts";
import { readResults } from "../src/record/file.ts";
import { Journal, journalPath, readJournal } from "../src/record/journal.ts";
import { fixtureResults } from "../src/report/results.fixture.ts";
import { Problems } from "../src/simulate/problems.ts";
import {
  jaegerDocument,
  otlpDocument,
  pythonConsole,
  shopTraces,
  zipkinDocument,
} from "../src/simulate/recording.fixture.ts";
import { readRecordedSpans } from "../src/simulate/read/recorded-spans.ts";
import { ReceivedSpans } from "../src/sink/count/received-spans.ts";
import { Malformed } from "../src/sink/decode/malformed.ts";
import { decodeOtlpJson } from "../src/sink/decode/otlp-json.ts";
import { decodeOtlpProtobuf } from "../src/sink/decode/otlp-protobuf.ts";
import { decodeZipkinJson } from "../src/sink/decode/zipkin-json.ts";
import { jsonOf, protobufOf, someSpans } from "../src/sink/spans.fixture.ts";
import { readScenario } from "../src/spec/read.ts";
import { inputsOf } from "./fuzz-inputs.ts";
import { scriptOptions, temporaryFolder } from "./script.ts";

const { minutes, seed } = scriptOptions({ minutes: [count(), "5"], seed: [count(0), "1"] });
const folder = temporaryFolder("fuzz");

interface Reader {
  /** Valid inputs, which are changed. */
  readonly valid: readonly Buffer[];
  readonly refuses: abstract new (...args: never[]) => Error;
  readonly read: (input: Buffer) => unknown;
}

const spans = someSpans(6);
const hex = (length: number): string => "0af7651916cd43dd8448eb211c80319c".slice(0, length);
const ZIPKIN_V1 = [
  {
    traceId: hex(32),
    id: hex(16),
    name: "a",
    timestamp: 1_760_000_000_000_001,
    duration: 25,
    annotations: [{ timestamp: 1_760_000_000_000_001, value: "sr", endpoint: { serviceName: "a" } }],
    binaryAnnotations: [{ key: "error", value: "x" }],
  },
];
const shop = shopTraces(1);
const texts = (...documents: readonly string[]): Buffer[] => documents.map((text) => Buffer.from(text));
const COLLECTOR_METRICS = `# TYPE otelcol_receiver_accepted_spans counter
otelcol_receiver_accepted_spans{receiver="otlp",transport="http"} 12
otelcol_exporter_sent_spans_total{exporter="otlp_http"} 2.5e+01
otelcol_exporter_queue_size{exporter="otlp_http"} 3`;
const COLLECTOR_LOG = `{"level":"error","otelcol.component.id":"otlp_http","dropped_items":5}
{"msg":"Received signal from OS"}
{"otelcol.component.id":"otlp_http","rejected_items":7}`;
const OF_SHOP = 'service_name="shop",span_kind="SPAN_KIND_SERVER"';
const SPAN_METRICS = `traces_span_metrics_calls_total{${OF_SHOP},http_response_status_code="402"} 7
traces_span_metrics_duration_milliseconds_bucket{${OF_SHOP},le="10"} 5
traces_span_metrics_duration_milliseconds_bucket{${OF_SHOP},le="+Inf"} 7`;
const configuration = readFileSync(new URL("../collectors/tail-sampling.yaml", import.meta.url));
const results = fixtureResults({ rounds: 2, phases: ["latency"], requests: 20 });
const file = (name: string, input: Buffer): string => {
  const path = join(folder, name);
  writeFileSync(path, input);
  return path;
};
const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const decoder = (decode: (bytes: Uint8Array, rows: ReceivedSpans["rows"]) => void) => (input: Buffer) => {
  const received = new ReceivedSpans();
  decode(input, received.rows);
  received.commit();
};
const recording = async (input: Buffer): Promise<void> => {
  for await (const batch of readRecordedSpans(file("trace", input), new Problems())) if (batch.length < 0) break;
};

function assertFinite(figures: object): void {
  for (const [name, figure] of Object.entries(figures))
    if (!Number.isFinite(figure)) throw new Error(`${name} is ${figure}`);
}

function validJournal(): Buffer {
  const out = join(folder, "valid.json");
  const { records, ...header } = results;
  const journal = new Journal(out, header);
  journal.add(records.slice(0, 2));
  const text = readFileSync(journalPath(out));
  journal.finish();
  return text;
}

const scenarios = ["default", "own-service"].map((name) =>
  readFileSync(new URL(`../scenarios/${name}.json`, import.meta.url)),
);
const READERS: Readonly<Record<string, Reader>> = {
  results: { valid: [json(results)], refuses: UserError, read: (input) => readResults(file("results.json", input)) },
  journal: {
    valid: [validJournal()],
    refuses: UserError,
    read: (input) => readJournal(file("x.journal.jsonl", input)),
  },
  scenario: {
    valid: scenarios,
    refuses: UserError,
    read: (input) => readScenario(file("scenario.json", input), { fields: {}, quick: false }),
  },
  "sink OTLP protobuf": { valid: [protobufOf(spans)], refuses: Malformed, read: decoder(decodeOtlpProtobuf) },
  "sink OTLP JSON": { valid: [jsonOf(spans)], refuses: Malformed, read: decoder(decodeOtlpJson) },
  "sink Zipkin": { valid: texts(zipkinDocument(shop)), refuses: Malformed, read: decoder(decodeZipkinJson) },
  "recorded OTLP": {
    valid: [jsonOf(spans), protobufOf(spans), ...texts(otlpDocument(shop), pythonConsole(shop))],
    refuses: UserError,
    read: recording,
  },
  "recorded Jaeger": { valid: texts(jaegerDocument(shop)), refuses: UserError, read: recording },
  "Collector metrics": {
    valid: [Buffer.from(COLLECTOR_METRICS)],
    refuses: Malformed,
    read: (input) => assertFinite(collectorCounts(String(input), ["otlp_http"])),
  },
  "span metrics": {
    valid: [Buffer.from(SPAN_METRICS)],
    refuses: Malformed,
    read(input) {
      const counted = readSpanMetrics(String(input), "shop");
      if (counted !== undefined) assertFinite({ calls: counted.calls, p99: histogramQuantile(0.99, counted) ?? 0 });
    },
  },
  "Collector log": {
    valid: [Buffer.from(COLLECTOR_LOG)],
    refuses: Malformed,
    read: (input) => {
      const facts = { sinkExporters: ["otlp_http"], persists: true, samples: false };
      const { before, atExit } = droppedInLog(String(input), facts);
      assertFinite({ before, atExit });
    },
  },
  "Collector configuration": {
    valid: [configuration, json(parse(String(configuration)))],
    refuses: UserError,
    read: (input) => readConfigurationFile({ configuration: file("collector.yaml", input) }, collectorFacts),
  },
  "Collector tail policy": {
    valid: [configuration, json(parse(String(configuration)))],
    refuses: UserError,
    read: (input) => tailSpecOf(file("collector.yaml", input)),
  },
  "recorded Zipkin": { valid: [...texts(zipkinDocument(shop)), json(ZIPKIN_V1)], refuses: UserError, read: recording },
};

let faults = 0;
for (const [name, { valid, refuses, read }] of Object.entries(READERS)) {
  let [tried, refused] = [0, 0];
  const property = fc.asyncProperty(inputsOf(valid), async (input) => {
    tried++;
    try {
      await read(input);
    } catch (error) {
      if (!(error instanceof refuses)) throw error;
      refused++;
    }
  });
  const interruptAfterTimeLimit = (minutes * 60_000) / Object.keys(READERS).length;
  const run = await fc.check(property, { seed, numRuns: 1e9, interruptAfterTimeLimit, endOnFailure: false });
  console.log(`${name}: ${tried} inputs, ${refused} refused`);
  if (!run.failed || run.counterexample === null) continue;
  faults++;
  const [input] = run.counterexample;
  const { stack } = run.errorInstance as Error;
  console.log(`FAULT: ${name}: ${JSON.stringify(String(input)).slice(0, 600)}\n${stack?.slice(0, 600)}`);
}
console.log(`${faults} faults`);
process.exitCode = faults === 0 ? 0 : 1;
