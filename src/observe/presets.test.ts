/** What the queries of a plan and of the presets find, by the names of their series. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PRESETS } from "./presets.ts";
import { type FakeSeries } from "./prometheus.fixture.ts";
import { a1, a2, b1, b2, find, near, recordsFrom, voided } from "./observe-round.fixture.ts";

test("spans that were lost by the SDK's own count are a warning", async () => {
  const labels = {
    __name__: "otel_sdk_processor_span_processed_total",
    variant: "b",
    instance: "b1",
    error_type: "queue_full",
  };
  const lost = { labels, samples: Array.from({ length: 121 }, (_, at) => [at, at * 2] as const) };
  const query = {
    lostSpans: { "queue full": 'otel_sdk_processor_span_processed_total{error_type="queue_full",$match}' },
  };
  const records = await recordsFrom([...a1, ...a2, ...b1, ...b2, lost], { queries: query });
  assert.ok(
    find(records, "b").warnings.some(({ code, message }) => code === "spans-lost" && message.includes("queue full")),
  );
  assert.ok(find(records, "a").warnings.every(({ code }) => code !== "spans-lost"));
});

const nameIn = (selector: string): string => (/^\w+/.exec(selector) ?? /otelcol_\w+/.exec(selector)!)[0];

for (const [preset, { queries, instanceLabel }] of Object.entries(PRESETS))
  test(`the preset ${preset} finds CPU, requests, memory and lost spans by their names`, async () => {
    const lost = Object.values(queries.lostSpans).map(nameIn);
    const renamed = (one: FakeSeries): FakeSeries[] => {
      const { __name__: name, instance, ...labels } = one.labels;
      const called = {
        process_cpu_seconds_total: queries.cpu,
        http_requests_total: queries.requests,
        process_resident_memory_bytes: queries.memory,
        process_start_time_seconds: "started" in queries ? queries.started : undefined,
        http_request_duration_seconds_bucket: "latency" in queries ? queries.latency : undefined,
      }[name];
      const named = { ...labels, [instanceLabel]: instance!, container: "shop" };
      return called === undefined ? [] : [{ ...one, labels: { __name__: nameIn(called), ...named } }];
    };
    const series = [...a1, ...a2, ...b1, ...b2].flatMap(renamed);
    const samples = Array.from({ length: 121 }, (_, at) => [at, at * 2] as const);
    const losses = lost.map((name) => ({
      labels: { __name__: name, variant: "b", [instanceLabel]: "b1", error_type: "x" },
      samples,
    }));
    const records = await recordsFrom([...series, ...losses], { preset });
    assert.deepEqual(voided(records), []);
    near(find(records, "a").resources!.cpuUsPerRequest, 500, 1e-3);
    assert.equal(find(records, "a").resources!.rssBytes, 1e8);
    const warned = find(records, "b").warnings.filter(({ code }) => code === "spans-lost");
    assert.equal(warned.length, Object.keys(queries.lostSpans).length);
    if ("latency" in queries) near(find(records, "b", "latency").load!.responseTime!.p50, 10, 0.1);
  });

test("a container of a pod that restarts voids its window, though cAdvisor begins a new series", async () => {
  const start = (id: string, from: number, to: number, startedAt: number): FakeSeries => ({
    labels: { __name__: "container_start_time_seconds", variant: "a", instance: "a2", container: "shop", id },
    samples: Array.from({ length: to - from }, (_, at) => [from + at, startedAt] as const),
  });
  const records = await recordsFrom([...a1, ...a2, ...b1, ...b2, start("1", 0, 60, -5), start("2", 60, 121, 60)], {
    queries: { started: "container_start_time_seconds{$match}" },
  });
  assert.equal(voided(records).length, 1);
  assert.match(voided(records)[0]!, /a2 restarted/);
});
