/** Span metrics of a real Collector, and of Debian's Prometheus over them. Skipped without them: npm run setup:collector, apt install prometheus. */
import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { execa, execaSync } from "execa";
import { temporaryFolder } from "../base/temporary-folder.fixture.ts";
import { collectorFiles } from "../collector/collector-kind.ts";
import { collectors } from "../collector/index.ts";
import { COLLECTOR } from "../collector/programs.ts";
import { histogramQuantile, readSpanMetrics } from "../collector/span-metrics.ts";
import { metricsPage } from "../run/collector/collector-watch.ts";
import { collectorPorts, startCollector } from "../run/collector/collector-start.ts";
import { accepting, freePorts } from "../run/processes/ports.ts";
import { measure, writeJson } from "./program.fixture.ts";

const folder = temporaryFolder();
const noCollector = existsSync(COLLECTOR.path()) ? false : `no Collector: npm run ${COLLECTOR.setup}`;
const hasPrometheus = execaSync("prometheus", ["--version"], { reject: false }).exitCode === 0;
const skip = noCollector || (hasPrometheus ? false : "no Prometheus: apt install prometheus");

test(
  "dashboards over span metrics are right if all is kept or weighted, and else too low",
  { skip: noCollector },
  async () => {
    const variants = ["always_on", "ratio:0.2", "probability:0.2"].map((sampler) => ({
      sampler,
      collector: "spanmetrics",
    }));
    const tail = { sampler: "always_on", collector: "spanmetrics:behind=tail_sampling,share=0,wait=200ms,slow=9s" };
    const scenario = writeJson(folder, "dashboards", {
      about: "",
      variants: [...variants, tail],
      phases: ["latency"],
      reference: false,
    });
    const out = join(folder, "dashboards-out.json");
    const { results, stderr } = await measure(out, scenario, "--duration", "1500ms", "--rate", "200/s");
    const seen = results.records.flatMap(({ trial, dashboard }) =>
      dashboard === undefined
        ? []
        : [[trial.variant.replace(/ via.*behind=/, " ").split(/ via|,/)[0]!, dashboard] as const],
    );
    const shown = Object.fromEntries(seen);
    assert.deepEqual(
      Object.keys(shown).toSorted(),
      ["always_on", "always_on tail_sampling", "probability:0.2", "ratio:0.2"],
      stderr,
    );
    const quotient = (variant: string): number => shown[variant]!.requests.estimate! / shown[variant]!.requests.truth;
    assert.equal(quotient("always_on"), 1);
    assert.equal(shown["always_on"]!.errorRate.estimate, shown["always_on"]!.errorRate.truth);
    // of 300 requests a fifth: 60 ± 7, five deviations
    assert.ok(quotient("ratio:0.2") < 0.33, String(quotient("ratio:0.2")));
    assert.ok(Math.abs(quotient("probability:0.2") - 1) < 0.6, String(quotient("probability:0.2")));
    assert.equal(shown["always_on tail_sampling"]!.errorRate.estimate, 1);
  },
);

test("Prometheus gives the same figures by the queries of a dashboard", { skip }, async (context) => {
  const { page, port } = await countedSpans(context);
  const own = readSpanMetrics(page, "shop")!;
  assert.deepEqual([own.calls, own.failed], [SPANS, SPANS / 10]);
  const ask = await prometheusOver(context, port);
  const server = 'service_name="shop",span_kind="SPAN_KIND_SERVER"';
  const calls = `sum(traces_span_metrics_calls_total{${server}})`;
  const failed = `sum(traces_span_metrics_calls_total{${server},http_response_status_code=~"[45].."})`;
  const p99 = `histogram_quantile(0.99, sum by (le) (traces_span_metrics_duration_milliseconds_bucket{${server}}))`;
  assert.deepEqual([await ask(calls), await ask(`${failed} / ${calls}`)], [own.calls, own.failed / own.calls]);
  assert.ok(Math.abs((await ask(p99)) - histogramQuantile(0.99, own)!) < 1e-6);
});

const SPANS = 200;

/** Has a Collector count spans of 1 ms, 2 ms and so on, one in ten of them answered with 503. */
async function countedSpans(context: TestContext) {
  const ports = await collectorPorts();
  const files = collectorFiles(collectors.parse("spanmetrics"))!;
  const child = startCollector(files, { folder, ports, sinkUrl: "http://127.0.0.1:9/v1/traces", cores: undefined });
  context.after(() => child.kill());
  await accepting(ports.http, child.exited);
  const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, "0");
  const spans = Array.from({ length: SPANS }, (_, at) => ({
    traceId: hex(at + 1, 32),
    spanId: hex(at + 1, 16),
    name: "GET /orders/:id",
    kind: 2,
    startTimeUnixNano: "1790000000000000000",
    endTimeUnixNano: String(1_790_000_000_000_000_000n + BigInt(at + 1) * 1_000_000n),
    attributes: [{ key: "http.response.status_code", value: { intValue: at % 10 === 0 ? "503" : "200" } }],
  }));
  const resource = { attributes: [{ key: "service.name", value: { stringValue: "shop" } }] };
  const body = JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] });
  const headers = { "content-type": "application/json" };
  await fetch(`http://127.0.0.1:${ports.http}/v1/traces`, { method: "POST", headers, body });
  let page = "";
  for (let tries = 0; tries < 300 && readSpanMetrics(page, "shop")?.calls !== SPANS; tries++) {
    await sleep(100);
    page = (await metricsPage(ports.prometheus)) ?? "";
  }
  return { page, port: ports.prometheus };
}

interface Answer {
  readonly data?: { readonly result: readonly { readonly value: readonly [number, string] }[] };
}

/** Starts Prometheus over a page. Returns the value of a query, when there is one. */
async function prometheusOver(context: TestContext, port: number): Promise<(query: string) => Promise<number>> {
  const [own] = await freePorts(1);
  const config = join(folder, "prometheus.yml");
  const target = { job_name: "spans", scrape_interval: "1s", scrape_timeout: "1s" };
  writeFileSync(
    config,
    JSON.stringify({ scrape_configs: [{ ...target, static_configs: [{ targets: [`127.0.0.1:${port}`] }] }] }),
  );
  const place = [`--storage.tsdb.path=${join(folder, "tsdb")}`, `--web.listen-address=127.0.0.1:${own}`];
  const prometheus = execa("prometheus", [`--config.file=${config}`, ...place], { reject: false, stdio: "ignore" });
  context.after(() => prometheus.kill());
  const answer = async (path: string): Promise<Response> => {
    for (let tries = 0; tries < 300; tries++) {
      const response = await fetch(`http://127.0.0.1:${own}${path}`).catch(() => undefined);
      if (response?.ok === true) return response;
      await sleep(100);
    }
    return assert.fail(`no answer to ${path}`);
  };
  await answer("/-/ready");
  return async (query) => {
    for (let tries = 0; tries < 150; tries++) {
      const { data } = (await (await answer(`/api/v1/query?query=${encodeURIComponent(query)}`)).json()) as Answer;
      const value = data?.result[0]?.value[1];
      if (value !== undefined) return Number(value);
      await sleep(200);
    }
    return assert.fail(`no value of ${query}`);
  };
}
