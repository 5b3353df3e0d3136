import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { testCanonicalForms } from "../base/canonical.fixture.ts";
import { UserError } from "../base/problem.ts";
import { quote } from "../base/spec-string.ts";
import { formatDuration } from "../base/units.ts";
import { exporters } from "./exporters/index.ts";
import { processors } from "./processors/index.ts";
import { samplers } from "./samplers/index.ts";

const share = fc.double({ min: 0, max: 1, noNaN: true, noDefaultInfinity: true }).filter((p) => p === 0 || p > 1e-9);
const shareText = fc.oneof(
  share.map(String),
  fc.integer({ min: 0, max: 100 }).map((percent) => `${percent}%`),
);
const count = fc.integer({ min: 1, max: 1_000_000 });
const rate = fc
  .tuple(fc.integer({ min: 1, max: 10_000 }), fc.constantFrom("s", "m", "h"))
  .map(([n, unit]) => `${n}/${unit}`);
const duration = fc.integer({ min: 10, max: 10_000_000 }).map((ms) => formatDuration(ms));
const flag = fc.constant("");
const path = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => text.trim() === text);

/** A spec of `kind` with some of `items`, in any order; an empty text makes a bare flag. */
function spec(
  kind: string,
  required: Record<string, fc.Arbitrary<string>>,
  items: Record<string, fc.Arbitrary<string>> = {},
): fc.Arbitrary<string> {
  const all = fc.tuple(
    fc.record<Record<string, string>>(required),
    fc.record(items, { requiredKeys: [] }),
    fc.infiniteStream(fc.nat()),
  );
  return all.map(([always, some, order]) => {
    const pairs = Object.entries<string>({ ...always, ...(some as Record<string, string>) }).map(([key, value]) => ({
      text: value === "" ? key : `${key}=${quote(value)}`,
      at: order.next().value!,
    }));
    const text = pairs.toSorted((a, b) => a.at - b.at).map((pair) => pair.text);
    return text.length === 0 ? kind : `${kind}:${text.join(",")}`;
  });
}

const leaf = fc.oneof(
  fc.constantFrom("always_on", "always_off"),
  shareText.map((p) => `ratio:${p}`),
  shareText.map((p) => `probability:${p}`),
  spec("rate", { rate }, { burst: count.map(String) }),
  spec("ratio_floor", { ratio: shareText, min: rate }),
  spec("jaeger_remote", { file: path }, { poll: duration }),
  shareText.map((p) => `always_record:ratio:${p}`),
  spec("annotating", { sampler: shareText.map((p) => `probability:${p}`), attribute: path, value: path }),
  path.map((file) => `rules:${quote(file)}`),
  path.map((file) => `module:${quote(file)}`),
);
const delegates = { remote_sampled: leaf, remote_not_sampled: leaf, local_sampled: leaf, local_not_sampled: leaf };
const parentbased = spec("parentbased", { root: leaf }, delegates);
const samplerSpec = fc.oneof(
  leaf,
  parentbased,
  spec("parentbased", { root: parentbased }, delegates),
  spec("by_service", { others: leaf }, { payment: leaf, order: parentbased }),
  spec("tail", { errors: flag }, { slow: duration, ratio: shareText, buffer: count.map(String) }),
  fc.constantFrom("none", "noop"),
);
const otlp = { gzip: flag, timeout: duration, concurrency: count.map(String) };
const exporterSpec = fc.oneof(
  spec("otlp-http/protobuf", {}, otlp),
  spec("otlp-http/json", {}, otlp),
  spec("otlp-grpc", {}, otlp),
  fc.constantFrom("zipkin", "console", "discard"),
  spec("memory", {}, { keep: count.map(String) }),
  spec("console", { file: path }),
  spec("module", { path }),
);
const processorSpec = fc.oneof(
  spec(
    "batch",
    { queue: fc.integer({ min: 1000, max: 100_000 }).map(String) },
    { batch: fc.integer({ min: 1, max: 1000 }).map(String), delay: duration, timeout: duration },
  ),
  fc.constant("simple"),
  spec("module", { path }),
);

testCanonicalForms(samplers, samplerSpec);
testCanonicalForms(processors, processorSpec);
testCanonicalForms(exporters, exporterSpec);

test("the example of every kind is a spec of it", () => {
  for (const registry of [samplers, processors, exporters])
    for (const { name, example } of registry.kinds) assert.equal(registry.parse(example).kind.name, name);
});

test("defaults and units do not show in the canonical form", () => {
  assert.equal(samplers.parse("ratio:10%").text, "ratio:0.1");
  assert.equal(samplers.parse("parentbased:ratio:10%").text, "parentbased:ratio:0.1");
  assert.equal(
    samplers.parse("parentbased:(rate:60/m,burst=5),remote_sampled=always_on").text,
    "parentbased:(rate:1/s,burst=5)",
  );
  assert.equal(processors.parse("batch:queue=2048,batch=512,delay=5000ms,timeout=30s").text, "batch");
  assert.equal(exporters.parse("otlp-http/protobuf:timeout=10s").text, "otlp-http/protobuf");
});

test("impossible combinations are the user's mistake", () => {
  const mistakes: readonly (readonly [typeof samplers | typeof processors, string, RegExp])[] = [
    [samplers, "parentbased:ration:0.1", /did you mean "ratio"/],
    [samplers, "parentbased:none", /none makes no sampler/],
    [samplers, "parentbased:tail:errors", /tail decides when a trace ends/],
    [samplers, "tail", /keeps nothing/],
    [samplers, "jaeger_remote:./s.json,poll=1ms", /at least 10ms/],
    [processors, "batch:queue=10", /batch=512 is larger than queue=10/],
  ];
  for (const [registry, text, expected] of mistakes)
    assert.throws(
      () => registry.parse(text),
      (error) => error instanceof UserError && expected.test(error.message),
      text,
    );
});

test("a sampler has an inclusion probability only if it is valid for every trace", () => {
  const inclusion = (text: string): number | undefined => {
    const { kind, config } = samplers.parse(text);
    return kind.probability?.(config);
  };
  assert.equal(inclusion("always_on"), 1);
  assert.equal(inclusion("always_off"), 0);
  assert.equal(inclusion("ratio:0.1"), 0.1);
  assert.equal(inclusion("probability:0.1"), 0.1);
  assert.equal(inclusion("parentbased:probability:0.1"), 0.1);
  assert.equal(inclusion("parentbased:ratio:0.1,remote_not_sampled=ratio:0.5"), undefined);
  for (const text of ["rate:10/s", "ratio_floor:0.1,min=1/s", "tail:errors", "module:./x.mjs", "rules:./r.json"])
    assert.equal(inclusion(text), undefined);
});

test("OpenTelemetry's own names are read as ours", () => {
  const spellings: readonly (readonly [typeof samplers | typeof exporters, string, string])[] = [
    [samplers, "traceidratio:0.1", "ratio:0.1"],
    [samplers, "parentbased_traceidratio:0.1", "parentbased:ratio:0.1"],
    [samplers, "parentbased_always_on", "parentbased:always_on"],
    [samplers, "parentbased_always_off", "parentbased:always_off"],
    [samplers, "parentbased:traceidratio:0.1", "parentbased:ratio:0.1"],
    [exporters, "otlp", "otlp-http/protobuf"],
    [exporters, "http/protobuf:gzip", "otlp-http/protobuf:gzip"],
    [exporters, "http/json", "otlp-http/json"],
    [exporters, "grpc", "otlp-grpc"],
  ];
  for (const [registry, text, canonical] of spellings) assert.equal(registry.parse(text).text, canonical);
});

test("OTEL_TRACES_SAMPLER has the value that OpenTelemetry's specification gives it, or none", () => {
  const variables = (text: string): unknown => {
    const { kind, config } = samplers.parse(text);
    return kind.environment?.(config);
  };
  const sampler = (name: string, argument?: string): unknown => ({
    OTEL_TRACES_SAMPLER: name,
    ...(argument !== undefined && { OTEL_TRACES_SAMPLER_ARG: argument }),
  });
  assert.deepEqual(variables("always_on"), sampler("always_on"));
  assert.deepEqual(variables("ratio:10%"), sampler("traceidratio", "0.1"));
  assert.deepEqual(variables("parentbased:ratio:0.1"), sampler("parentbased_traceidratio", "0.1"));
  assert.deepEqual(variables("parentbased:always_off"), sampler("parentbased_always_off"));
  for (const text of [
    "parentbased:parentbased:always_on",
    "parentbased:ratio:0.1,remote_sampled=ratio:0.5",
    "parentbased:rate:1/s",
    "tail:errors",
  ])
    assert.equal(variables(text), undefined, text);
});
