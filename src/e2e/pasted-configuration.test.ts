/** What `advise` gives to paste, in the real SDK of Python and the real Collector. Each is skipped if it is absent. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Server } from "node:net";
import { createServer as createHttpServer } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { parse, stringify } from "yaml";
import { temporaryFolder } from "../base/temporary-folder.fixture.ts";
import { pastesOf } from "../cli/advise/paste.ts";
import { COLLECTOR } from "../collector/programs.ts";
import { type Variant, variantSchema } from "../plan/variant.ts";

const PYTHON = join(import.meta.dirname, "../../targets/fastapi/.venv/bin/python");
const noPython = existsSync(PYTHON) ? false : "no Python environment: npm run setup:fastapi";
const noFile = noPython || (await canImport("opentelemetry.configuration"));
const noCollector = existsSync(COLLECTOR.path()) ? false : `no Collector: npm run ${COLLECTOR.setup}`;
const folder = temporaryFolder();

async function canImport(module: string): Promise<string | false> {
  const { failed } = await execa(PYTHON, ["-c", `import ${module}`], { reject: false });
  return failed ? `no ${module} in the Python environment` : false;
}

/** Takes whatever is posted: path and body, as text. */
const received: { readonly path: string; readonly body: string }[] = [];
const sink = createHttpServer((request, response) => {
  void text(request).then((body) => {
    received.push({ path: request.url!, body });
    response.end();
  });
});
const sinkPort = await portOf(sink);
after(() => void sink.close());

async function portOf(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

function variantOf(sampler: string, processor = "batch"): Variant {
  return variantSchema.parse({
    id: sampler,
    sampler,
    processor,
    exporter: "otlp-http/protobuf",
    backend: "healthy",
  });
}

function pasted(variant: Variant, language: "sh" | "yaml", service = variant): string {
  const { pastes } = pastesOf({ variant, service, endpoint: `http://127.0.0.1:${sinkPort}` });
  return pastes.findLast((paste) => paste.language === language)!.text;
}

/** Starts the SDK as `opentelemetry-instrument` does, prints what it made of its configuration, and sends a span. */
const SCRIPT = `
import json
from opentelemetry import trace
from opentelemetry.sdk._configuration import _OTelSDKConfigurator
_OTelSDKConfigurator().configure()
provider = trace.get_tracer_provider()
batch = vars(provider._active_span_processor._span_processors[0]._batch_processor)
print(json.dumps({"sampler": provider.sampler.get_description(), "queue": batch["_max_queue_size"], "batch": batch["_max_export_batch_size"]}))
for _ in range(100):
    trace.get_tracer("test").start_span("pasted").end()
provider.shutdown()
`;

for (const [sampler, description, isSent] of [
  ["always_on", /^AlwaysOnSampler/, true],
  ["always_off", /^AlwaysOffSampler/, false],
  ["ratio:0.25", /^TraceIdRatioBased\{0\.25\}/, true],
  ["parentbased:ratio:0.25", /^ParentBased\{root:TraceIdRatioBased\{0\.25\}/, true],
] as const) {
  const variant = variantOf(sampler, "batch:queue=4096,batch=256");
  const check = async (env: Readonly<Record<string, string>>): Promise<void> => {
    received.length = 0;
    const others = { OTEL_METRICS_EXPORTER: "none", OTEL_LOGS_EXPORTER: "none" };
    const { stdout } = await execa(PYTHON, ["-c", SCRIPT], { env: { ...others, ...env } });
    const made = JSON.parse(stdout) as { readonly sampler: string; readonly queue: number; readonly batch: number };
    assert.match(made.sampler, description);
    assert.deepEqual([made.queue, made.batch], [4096, 256]);
    assert.deepEqual([...new Set(received.map(({ path }) => path))], isSent ? ["/v1/traces"] : []);
  };

  test(`variables configure the SDK of Python: ${sampler}`, { skip: noPython }, async () => {
    const lines = pasted(variant, "sh").trim().split("\n");
    await check(Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2))) as Record<string, string>);
  });

  test(`a file configures the SDK of Python: ${sampler}`, { skip: noFile }, async () => {
    const file = join(folder, "otel.yaml");
    writeFileSync(file, pasted(variant, "yaml"));
    await check({ OTEL_CONFIG_FILE: file });
  });
}

test("the policy makes the Collector keep failed and slow traces, and no others", { skip: noCollector }, async () => {
  const policy = parse(pasted(variantOf("tail:errors,slow=250ms,wait=1s"), "yaml", variantOf("always_on"))) as {
    readonly processors: object;
  };
  const free = createServer();
  const port = await portOf(free);
  free.close();
  const file = join(folder, "collector.yaml");
  const pipeline = { receivers: ["otlp"], processors: Object.keys(policy.processors), exporters: ["otlp_http"] };
  const configuration = {
    ...policy,
    receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${port}` } } } },
    exporters: { otlp_http: { endpoint: `http://127.0.0.1:${sinkPort}`, encoding: "json", compression: "none" } },
    service: { telemetry: { metrics: { level: "none" } }, pipelines: { traces: pipeline } },
  };
  writeFileSync(file, stringify(configuration));
  received.length = 0;
  const collector = spawn(COLLECTOR.path(), ["--config", file], { stdio: "ignore" });
  const exit = once(collector, "exit");
  try {
    const spans = [spanOf("failed", 10, { code: 2 }), spanOf("slow", 400), spanOf("ordinary", 10)];
    const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
    await send(`http://127.0.0.1:${port}/v1/traces`, body);
    collector.kill("SIGTERM"); // it decides what waits as it stops
    await exit;
  } finally {
    collector.kill("SIGKILL");
  }
  const names = received.flatMap(({ body }) => [...body.matchAll(/"name":"(\w+)"/g)].map(([, name]) => name!));
  assert.deepEqual(names.toSorted(), ["failed", "slow"]);
});

function spanOf(name: string, durationMs: number, status: object = {}) {
  const id = Buffer.from(name.padEnd(8, ".")).subarray(0, 8).toString("hex");
  const startMs = 1_700_000_000_000;
  return {
    traceId: id + id,
    spanId: id,
    name,
    kind: 2,
    startTimeUnixNano: `${startMs}000000`,
    endTimeUnixNano: `${startMs + durationMs}000000`,
    status,
  };
}

/** Once it is up. */
async function send(url: string, body: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const answer = await fetch(url, { method: "POST", body, headers: { "content-type": "application/json" } }).catch(
      () => undefined,
    );
    if (answer?.ok === true) return;
    await sleep(100);
  }
  throw new Error("the Collector took no spans");
}
