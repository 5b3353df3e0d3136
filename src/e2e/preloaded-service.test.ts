import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { plainPrograms } from "../run/target/plain-programs.ts";
import { freePorts } from "../run/processes/ports.ts";
import { launch, lineage, requestIdOf, startSpanSink } from "./target-process.fixture.ts";

const fixture = (name: string): string => join(import.meta.dirname, "target.fixture", name);

/** The oldest that OpenTelemetry's SDK runs on is 18.19. Undefined if this machine has none that is older than ours. */
function oldNode(): string | undefined {
  return [...process.env["PATH"]!.split(delimiter), "/usr/bin"]
    .map((folder) => join(folder, "node"))
    .find((path) => existsSync(path) && /^v(?:18|20)\./.test(execFileSync(path, ["--version"], { encoding: "utf8" })));
}

const nodes = { "this Node": process.execPath, "an older Node": oldNode() };
const services = Object.entries(nodes).flatMap((node) => ["service.mjs", "service.cjs"].map((file) => [file, ...node]));
for (const [file, name, node] of services as [string, string, string | undefined][]) {
  const skip = node === undefined && "no Node 18 or 20 on this machine";
  test(`a service of one's own is traced through NODE_OPTIONS (${file}, ${name})`, { skip }, async () => {
    const { preloadPath } = await plainPrograms();
    await using sink = await startSpanSink();
    const [port] = await freePorts(1);
    const env = { PORT: String(port), NODE_OPTIONS: `--import=${pathToFileURL(preloadPath).href}` };
    const options = { sampler: "always_on", endpoints: sink.endpoints, service: "own" };
    await using measured = await launch(options, [fixture(file)], env, node);
    assert.equal((await measured.next("hello")).service, "own");
    assert.equal(await (await getWhenUp(`http://127.0.0.1:${port}/hello`, "41")).text(), '{"hello":true}');
    const { requestsStarted, instrumented } = await measured.ask({ type: "finish", timeoutMs: 5000 }, "finished");
    assert.equal(requestsStarted, 3);
    const inner = sink.spans.filter(({ name }) => name === "GET /inner");
    for (const path of inner.map((span) => lineage(span, sink.spans))) {
      assert.deepEqual([path[0], ...path.slice(-2)], ["GET /hello", "GET", "GET /inner"]);
      assert.ok(path.includes("request handler"));
    }
    assert.equal(new Set(inner.map(({ parentSpanId }) => parentSpanId)).size, 2);
    for (const library of ["express 5", "fetch", "http"])
      assert.ok(
        instrumented.some((name) => name.startsWith(library)),
        library,
      );
    assert.equal(requestIdOf(sink.spans.find(({ name }) => name === "GET /hello")!), 41);
  });
}

async function getWhenUp(url: string, id: string): Promise<Response> {
  for (;;) {
    const response = await fetch(url, { headers: { "x-request-id": id } }).catch(() => undefined);
    if (response !== undefined) return response;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
