/** What `advise` gives to paste, read by the real SDK. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, it } from "node:test";
import { context, diag, metrics, propagation, trace } from "@opentelemetry/api";
import { NodeSDK, startNodeSDK } from "@opentelemetry/sdk-node";
import type { Sampler } from "@opentelemetry/sdk-trace-base";
import { parse, stringify } from "yaml";
import { temporaryFolder } from "../../base/temporary-folder.fixture.ts";
import { COLLECTOR } from "../../collector/programs.ts";
import { collectorSpec } from "../../spec/scenario.ts";
import { processingOf } from "./collector-file.ts";
import { type Variant, variantSchema } from "../../plan/variant.ts";
import { pastesOf } from "./paste.ts";

const FOLDER = temporaryFolder();

type Fields = Readonly<Record<string, unknown>>;

/** What the SDK made of its configuration: it shows that in its own fields only. */
function readProvider() {
  const provider = (trace.getTracerProvider() as unknown as { getDelegate(): Fields }).getDelegate();
  const { sampler } = provider["_tracerOptions"] as { readonly sampler: Sampler };
  const { _spanProcessors } = provider["_activeSpanProcessor"] as { readonly _spanProcessors: readonly Fields[] };
  const processor = _spanProcessors[0]!;
  return {
    sampler: sampler.toString(),
    queue: processor["_maxQueueSize"],
    batch: processor["_maxExportBatchSize"],
    delayMs: processor["_scheduledDelayMillis"],
    timeoutMs: processor["_exportTimeoutMillis"],
    exporter: (processor["_exporter"] as object).constructor.name,
  };
}

async function readBy(variables: Readonly<Record<string, string>>, start: () => { shutdown(): Promise<void> }) {
  Object.assign(process.env, { OTEL_METRICS_EXPORTER: "none", OTEL_LOGS_EXPORTER: "none" }, variables);
  const sdk = start();
  const found = readProvider();
  await sdk.shutdown();
  reset();
  return found;
}

function reset(): void {
  for (const name of Object.keys(process.env)) if (name.startsWith("OTEL_")) delete process.env[name];
  for (const api of [trace, context, propagation, metrics, diag]) api.disable();
}

function variantOf(sampler: string, processor = "batch", exporter = "otlp-http/protobuf"): Variant {
  return variantSchema.parse({ id: sampler, sampler, processor, exporter, backend: "healthy" });
}

const textOf = (settings: Parameters<typeof pastesOf>[0], language: "sh" | "yaml"): string =>
  pastesOf(settings).pastes.find((paste) => paste.language === language)!.text;

function variablesOf(settings: Parameters<typeof pastesOf>[0]): Record<string, string> {
  const lines = textOf(settings, "sh").trim().split("\n");
  return Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2)));
}

const RATIO = (share: number): string => `TraceIdRatioBased{${share}}`;
const PARENT = (root: string): string =>
  `ParentBased{root=${root}, remoteParentSampled=AlwaysOnSampler, remoteParentNotSampled=AlwaysOffSampler, localParentSampled=AlwaysOnSampler, localParentNotSampled=AlwaysOffSampler}`;

const CASES: readonly (readonly [Variant, sampler: string, queue: number])[] = [
  [variantOf("always_on"), "AlwaysOnSampler", 2048],
  [variantOf("ratio:0.1", "batch:queue=4096,batch=256,delay=1s", "otlp-http/json:gzip"), RATIO(0.1), 4096],
  [variantOf("parentbased:ratio:0.25", "batch:queue=8192", "otlp-grpc"), PARENT(RATIO(0.25)), 8192],
];

describe("the settings of the Collector to paste", () => {
  afterEach(reset);

  const variant = { ...variantOf("always_on"), collector: collectorSpec.parse("tail-sampling:share=0.2") };
  const pasteOf = (persistSpans?: number): string | undefined =>
    pastesOf({
      variant,
      service: variant,
      collector: { processing: processingOf(variant), persistSpans },
    }).pastes.find(({ title }) => title.startsWith("Collector"))?.text;

  it("has the policy that was measured, its numbers as numbers", () => {
    const { processors, ...others } = parse(pasteOf()!) as { processors: { tail_sampling: { policies: object[] } } };
    assert.deepEqual(processors.tail_sampling.policies[2], {
      name: "share",
      type: "probabilistic",
      probabilistic: { sampling_percentage: 20 },
    });
    assert.deepEqual(others, { service: { pipelines: { traces: { processors: ["tail_sampling"] } } } });
  });

  it("is nothing without processors and outage", () => {
    const plain = { ...variant, collector: collectorSpec.parse("pass-through") };
    const collector = { processing: processingOf(plain), persistSpans: undefined };
    assert.equal(pastesOf({ variant: plain, service: plain, collector }).pastes.length, 2);
  });

  it("is accepted by a Collector, the persistent queue too", { skip: !existsSync(COLLECTOR.path()) }, () => {
    const own = parse(pasteOf(300_000)!) as {
      exporters: { otlp_http: object };
      service: { pipelines: { traces: object } };
    };
    const { exporters, service } = own;
    assert.ok(pasteOf(300_000)!.includes("queue_size: 524288"));
    const whole = {
      ...own,
      extensions: { file_storage: { directory: FOLDER } },
      receivers: { otlp: { protocols: { http: { endpoint: "127.0.0.1:0" } } } },
      exporters: { otlp_http: { ...exporters.otlp_http, endpoint: "http://127.0.0.1:4318" } },
      service: {
        ...service,
        pipelines: { traces: { ...service.pipelines.traces, receivers: ["otlp"], exporters: ["otlp_http"] } },
      },
    };
    const file = join(FOLDER, "collector.yaml");
    writeFileSync(file, stringify(whole));
    execFileSync(COLLECTOR.path(), ["validate", "--config", file], { stdio: "pipe" });
  });
});

describe("the configuration to paste", () => {
  afterEach(reset);

  for (const [variant, sampler, queue] of CASES) {
    it(`makes the Node SDK ${variant.id}, by variables and by file`, async () => {
      const settings = { variant, service: variant };
      assert.deepEqual(pastesOf(settings).gaps, []);
      const byVariables = await readBy(variablesOf(settings), () => {
        const sdk = new NodeSDK({ autoDetectResources: false });
        sdk.start();
        return sdk;
      });
      const file = join(FOLDER, "otel.yaml");
      writeFileSync(file, textOf(settings, "yaml"));
      assert.deepEqual(await readBy({ OTEL_CONFIG_FILE: file }, startNodeSDK), byVariables);
      assert.deepEqual([byVariables.sampler, byVariables.queue], [sampler, queue]);
    });
  }

  it("has the advised queue", () => {
    const variant = variantOf("always_on");
    const settings = { variant, service: variant, queue: { queue: 32_768, batch: 512, delayMs: 5000 } };
    assert.equal(variablesOf(settings)["OTEL_BSP_MAX_QUEUE_SIZE"], "32768");
    assert.match(textOf(settings, "yaml"), /max_queue_size: 32768/);
  });

  it("sends traces to a base URL with the path of the protocol, and to a whole URL as given", () => {
    const endpointOf = (exporter: string, endpoint: string): string | undefined => {
      const variant = variantOf("always_on", "batch", exporter);
      return variablesOf({ variant, service: variant, endpoint })["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];
    };
    assert.equal(endpointOf("otlp-http/json", "http://c:4318"), "http://c:4318/v1/traces");
    assert.equal(endpointOf("otlp-http/json", "https://c/otlp/?team=a"), "'https://c/otlp/v1/traces?team=a'");
    assert.equal(endpointOf("otlp-http/json", "http://c:4318/v1/traces"), "http://c:4318/v1/traces");
    assert.equal(endpointOf("otlp-grpc", "http://c:4317"), "http://c:4317");
  });

  it("names what it cannot express, and gives the rest", () => {
    const variant = variantOf("rate:10/s");
    const { pastes, gaps } = pastesOf({ variant, service: variant });
    assert.ok(gaps.some((gap) => gap.includes("sampler rate:10/s")));
    assert.deepEqual(
      pastes.map(({ language }) => language),
      ["sh"],
    );
  });

  it("is for tail sampling always_on in the services, and a policy for the Collector", () => {
    const settings = { variant: variantOf("tail:errors,slow=250ms,ratio=0.05"), service: variantOf("always_on") };
    const { pastes } = pastesOf(settings);
    const { processors } = parse(pastes.at(-1)!.text) as { processors: { tail_sampling: { policies: object[] } } };
    assert.deepEqual(processors.tail_sampling.policies, [
      { name: "errors", type: "status_code", status_code: { status_codes: ["ERROR"] } },
      { name: "slow", type: "latency", latency: { threshold_ms: 250 } },
      { name: "others", type: "probabilistic", probabilistic: { sampling_percentage: 5 } },
    ]);
    assert.equal(variablesOf(settings)["OTEL_TRACES_SAMPLER"], "always_on");
  });
});
