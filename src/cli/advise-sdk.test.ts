/** What `advise` gives to paste, held against the SDK that is to read it. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, describe, it } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { context, diag, metrics, propagation, SpanKind, trace } from "@opentelemetry/api";
import { NodeSDK, startNodeSDK } from "@opentelemetry/sdk-node";
import type { Sampler } from "@opentelemetry/sdk-trace-base";
import { parse } from "yaml";
import { systemClock } from "../base/clock.ts";
import { variantSchema, type Variant } from "../plan/trial.ts";
import { makeSampler } from "../target/samplers/index.ts";
import { snippetOf } from "./advise-code.ts";
import { declarativeText } from "./advise-declarative.ts";
import { endpointOf, environmentOf, environmentText } from "./advise-environment.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "spantoll-advise-test-"));
symlinkSync(fileURLToPath(new URL("../../node_modules", import.meta.url)), join(FOLDER, "node_modules"), "dir");
after(() => rmSync(FOLDER, { recursive: true }));

interface Configured {
  readonly sampler: string;
  readonly queue: number;
  readonly batch: number;
  readonly delayMs: number;
  readonly timeoutMs: number;
  readonly exporter: string;
}

/** What the SDK has made of its configuration; it tells so nowhere but in its own fields. */
function configured(): Configured {
  const provider = (
    trace.getTracerProvider() as unknown as { getDelegate(): Readonly<Record<string, unknown>> }
  ).getDelegate();
  const { sampler } = provider["_tracerOptions"] as { readonly sampler: Sampler };
  const { _spanProcessors: processors } = provider["_activeSpanProcessor"] as {
    readonly _spanProcessors: readonly Readonly<Record<string, number>>[];
  };
  const [processor] = processors;
  return {
    sampler: sampler.toString(),
    queue: processor!["_maxQueueSize"]!,
    batch: processor!["_maxExportBatchSize"]!,
    delayMs: processor!["_scheduledDelayMillis"]!,
    timeoutMs: processor!["_exportTimeoutMillis"]!,
    exporter: (processor!["_exporter"] as unknown as object).constructor.name,
  };
}

async function within(variables: Readonly<Record<string, string>>, start: () => { shutdown(): Promise<void> }) {
  Object.assign(process.env, { OTEL_METRICS_EXPORTER: "none", OTEL_LOGS_EXPORTER: "none" }, variables);
  const sdk = start();
  const found = configured();
  await sdk.shutdown();
  return found;
}

afterEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith("OTEL_")) delete process.env[name];
  for (const api of [trace, context, propagation, metrics, diag]) api.disable();
});

const VARIANTS: readonly Variant[] = [
  ["always_on", "batch", "otlp-http/protobuf"],
  ["always_off", "batch", "otlp-http/protobuf"],
  ["ratio:0.1", "batch:queue=4096,batch=256,delay=1s,timeout=10s", "otlp-http/json:gzip"],
  ["parentbased:ratio:0.25", "batch:queue=8192", "otlp-grpc"],
  ["parentbased:always_on", "batch", "otlp-http/protobuf:gzip,timeout=3s"],
].map(([sampler, processor, exporter]) => {
  return variantSchema.parse({ id: sampler!, sampler: sampler!, processor, exporter, backend: "healthy" });
});

async function expectedSampler(spec: string): Promise<string> {
  const { sampler } = await makeSampler(spec, { service: "s", baseDir: ".", clock: systemClock, seed: 1 });
  return sampler.toString();
}

function expectedBatch({ processor }: Variant): Omit<Configured, "sampler" | "exporter"> {
  const field = (name: string, usual: number): number =>
    Number(new RegExp(`${name}=(\\d+)`).exec(processor!.text)?.[1] ?? usual);
  const seconds = (name: string, usual: number): number => field(name, usual) * 1000;
  return {
    queue: field("queue", 2048),
    batch: field("batch", 512),
    delayMs: seconds("delay", 5),
    timeoutMs: seconds("timeout", 30),
  };
}

describe("the emitted configuration makes a real SDK the measured variant", () => {
  for (const variant of VARIANTS) {
    const endpoint = endpointOf(variant.exporter, undefined);
    it(`${variant.sampler.text}, ${variant.processor?.text}, ${variant.exporter?.text}`, async () => {
      const environment = environmentOf(variant, undefined, endpoint);
      assert.deepEqual(environment.inexpressible, []);
      const byVariables = await within(environment.variables, () => {
        const sdk = new NodeSDK({ autoDetectResources: false });
        sdk.start();
        return sdk;
      });
      for (const api of [trace, context, propagation, metrics]) api.disable();
      for (const name of Object.keys(environment.variables)) delete process.env[name];
      const file = join(FOLDER, "otel.yaml");
      writeFileSync(file, declarativeText(variant, undefined, endpoint)!);
      const byFile = await within({ OTEL_CONFIG_FILE: file }, startNodeSDK);
      const { exporter, ...rest } = byVariables;
      assert.deepEqual(rest, { sampler: await expectedSampler(variant.sampler.text), ...expectedBatch(variant) });
      assert.deepEqual(byFile, { ...rest, exporter });
    });
  }

  it("with the advised queue where another was advised than measured", async () => {
    const advised = { queue: 32_768, batch: 512, delayMs: 5000 };
    const { variables } = environmentOf(VARIANTS[0]!, advised, "http://localhost:4318/v1/traces");
    assert.equal(variables["OTEL_BSP_MAX_QUEUE_SIZE"], "32768");
    assert.match(declarativeText(VARIANTS[0]!, advised, "x")!, /max_queue_size: 32768/);
  });
});

describe("what neither variables nor the file can say", () => {
  const usual = { processor: "batch", exporter: "otlp-http/protobuf", backend: "healthy" };

  it("is said to be so, and the rest is given all the same", () => {
    const rated = variantSchema.parse({ id: "x", sampler: "rate:10/s", ...usual });
    const environment = environmentOf(rated, undefined, "http://x");
    assert.match(environment.inexpressible.join(), /sampler "rate:10\/s" cannot be set from outside/);
    assert.match(environmentText(environment), /OTEL_BSP_MAX_QUEUE_SIZE=2048\n/);
    assert.equal(declarativeText(rated, undefined, "http://x"), undefined);
  });

  const rules = join(FOLDER, "rules.json");
  writeFileSync(
    rules,
    JSON.stringify([{ route: "/orders/:id", sampler: "always_on" }, { sampler: "probability:0.1" }]),
  );
  const own = join(FOLDER, "own.mjs");
  writeFileSync(own, "export default { shouldSample: () => ({ decision: 2 }), toString: () => 'own' };");
  const specs = [
    "probability:0.25",
    "rate:10/s",
    "ratio_floor:0.01,min=5/s",
    "parentbased:(rate:10/s)",
    `rules:${rules}`,
    `module:${own}`,
    `parentbased:(module:${own})`,
  ];
  for (const [at, spec] of specs.entries()) {
    it(`is code that makes a sampler: ${spec.replaceAll(FOLDER, "")}`, async () => {
      const file = join(FOLDER, `snippet-${at}.mjs`);
      writeFileSync(file, snippetOf(spec)!.text);
      const { sampler } = (await import(pathToFileURL(file).href)) as { sampler: Sampler };
      const { decision } = sampler.shouldSample(
        context.active(),
        "0".repeat(18) + "f".repeat(14),
        "GET",
        SpanKind.SERVER,
        { "url.path": "/orders/7" },
        [],
      );
      assert.equal(decision, 2);
    });
  }

  it("is the Collector's part for a tail sampler", () => {
    const { text } = snippetOf("tail:errors,slow=250ms,ratio=0.05")!;
    const { processors } = parse(text) as { processors: { tail_sampling: { policies: { type: string }[] } } };
    assert.deepEqual(
      processors.tail_sampling.policies.map(({ type }) => type),
      ["status_code", "latency", "probabilistic"],
    );
    assert.match(text, /threshold_ms: 250/);
    assert.match(text, /sampling_percentage: 5$/m);
  });

  it("needs no code where the SDK has the sampler", () => {
    assert.equal(snippetOf("ratio:0.1"), undefined);
    assert.equal(snippetOf("parentbased:always_on"), undefined);
  });
});
