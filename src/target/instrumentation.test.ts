import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { instrument } from "./instrumentation.ts";

const folder = mkdtempSync(join(tmpdir(), "spantoll-test-"));
after(() => rmSync(folder, { recursive: true }));

/** A service that has its own instrumentation of net, which patches a library "own"; returns its program. */
function serviceWithApi(version: string): string {
  const service = join(folder, version);
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(service, path)), { recursive: true });
    writeFileSync(join(service, path), text);
  };
  const own = `exports.OwnInstrumentation = class {
    _modules = [{ name: "node:own", moduleVersion: "1.2.3", moduleExports: {} }];
    setTracerProvider() {}
    setMeterProvider() {}
    getConfig() { return { enabled: true }; }
  };`;
  write("node_modules/@opentelemetry/instrumentation-net/index.js", own);
  write("node_modules/@opentelemetry/api/package.json", JSON.stringify({ version, main: "build/src/index.js" }));
  write("node_modules/@opentelemetry/api/build/src/index.js", "");
  write("node_modules/@opentelemetry/instrumentation/index.js", "");
  write("node_modules/import-in-the-middle/hook.mjs", "export {};");
  return join(service, "server.js");
}

test("an instrumentation is the service's own, unless its API would not see our SDK", async () => {
  assert.ok((await instrument("net", serviceWithApi("1.4.0")))().includes("node:own 1.2.3"));
  assert.deepEqual((await instrument("net", serviceWithApi("1.99.0")))(), ["net"]);
});
