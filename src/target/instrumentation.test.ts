import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../base/temporary-folder.fixture.ts";
import { instrument } from "./instrumentation.ts";
import { admitNewerApi } from "./service-api.ts";

const folder = temporaryFolder();

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
  write("node_modules/@opentelemetry/api/package.json", JSON.stringify({ version, main: "dist/index.cjs" }));
  write("node_modules/@opentelemetry/api/dist/index.cjs", "");
  write("node_modules/@opentelemetry/instrumentation/index.js", "");
  write("node_modules/import-in-the-middle/hook.mjs", "export {};");
  return join(service, "server.js");
}

test("a service whose API is newer than ours may use our SDK", () => {
  const key = Symbol.for("opentelemetry.js.api.1");
  const versionAfter = (version: string): string => {
    const registered = { version: "1.9.1" };
    Reflect.set(globalThis, key, registered);
    admitNewerApi(createRequire(serviceWithApi(version)));
    Reflect.deleteProperty(globalThis, key);
    return registered.version;
  };
  assert.deepEqual(["1.4.0", "1.99.0", "2.0.0"].map(versionAfter), ["1.9.1", "1.99.0", "1.9.1"]);
});

test("an instrumentation is the service's own, unless its API would not see our SDK", async () => {
  assert.ok((await instrument("net", serviceWithApi("1.4.0")))().includes("node:own 1.2.3"));
  assert.deepEqual((await instrument("net", serviceWithApi("1.99.0")))(), ["net"]);
});
