import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Call } from "../../record/calls.ts";
import { callsOf, instrumentationsOf, partOfUrl, partsOf, type CpuProfile } from "./profile.ts";

const node = (id: number, functionName: string, url = "", children: number[] = []) => ({
  id,
  callFrame: { functionName, url },
  children,
});
const nodes = [
  node(1, "(root)", "", [2, 3, 6, 7]),
  node(2, "(idle)"),
  node(3, "handler", "file:///app/server.js", [4]),
  node(4, "span", "file:///app/node_modules/@opentelemetry/core/build/index.js", [5]),
  node(5, "push"),
  node(6, "(garbage collector)"),
  node(7, "(program)"),
];

test("each sample counts from halfway to the one before until halfway to the next, for the part whose function ran; a built-in one belongs to its caller", () => {
  const calls = callsOf({ nodes, samples: [3, 5, 4, 2, 6, 7], timeDeltas: [10, 100, 200, 300, 4000, 50, 60] });
  const parts = partsOf(calls);
  assert.deepEqual(Object.fromEntries(parts), {
    "the service": 55,
    "@opentelemetry/core": 150 + 250,
    "V8: garbage collector": 2025,
  });
  const [collector, handler] = calls;
  assert.deepEqual([handler!.name, handler!.us, collector!.us], ["handler", 455, 2025]);
  assert.deepEqual(handler!.calls[0]!.calls, [{ name: "push", part: "@opentelemetry/core", us: 150, calls: [] }]);
});

test("the parts together are the time that was neither idle nor in native code", () => {
  const profile = fc
    .array(fc.record({ sample: fc.constantFrom(2, 3, 4, 5, 6, 7), us: fc.nat(5000) }))
    .map((rows): CpuProfile => ({
      nodes,
      samples: rows.map(({ sample }) => sample),
      timeDeltas: [0, ...rows.map(({ us }) => us)],
    }));
  fc.assert(
    fc.property(profile, (taken) => {
      const busyUs = taken.samples.reduce(
        (sum, id, at) => sum + (id === 2 || id === 7 ? 0 : (taken.timeDeltas[at]! + taken.timeDeltas[at + 1]!) / 2),
        0,
      );
      assert.equal(
        [...partsOf(callsOf(taken)).values()].reduce((sum, us) => sum + us, 0),
        busyUs,
      );
    }),
  );
});

test("a package is the innermost one; Spantoll's own shop is the service, its wrappers are not", () => {
  assert.equal(partOfUrl("file:///a/node_modules/x/node_modules/y/i.js"), "y");
  assert.equal(partOfUrl("file:///s/src/target/services/shop/shop.ts"), "the service");
  assert.equal(partOfUrl("file:///a/node_modules/spantoll/dist/target/services/shop/shop.js"), "the service");
  assert.equal(partOfUrl("file:///s/src/target/ledger/counted-sampler.ts"), "Spantoll's own ledger and probe");
  const built = "spantoll-target-0123456789abcdef/target";
  assert.equal(partOfUrl(`file:///a/node_modules/.cache/${built}/ledger/x.js`), "Spantoll's own ledger and probe");
  assert.equal(partOfUrl(`file:///a/node_modules/.cache/${built}/services/x.js`), "the service");
  const beside = "file:///c/spantoll/otel/3.1.1-01234567/spantoll-0123456789abcdef/target/ledger/x.js";
  assert.equal(partOfUrl(beside), "Spantoll's own ledger and probe");
  assert.equal(partOfUrl("node:internal/async_local_storage/async_hooks"), "Node: async context");
  assert.equal(partOfUrl("node:net"), "Node");
});

test("OpenTelemetry's code counts for the nearest instrumentation among its callers; what that wraps does not, nor does an export in its span's end", () => {
  const call = (part: string, ownUs: number, calls: Call[] = []): Call => ({
    name: "f",
    part,
    us: ownUs + calls.reduce((sum, { us }) => sum + us, 0),
    calls,
  });
  const query = call("@opentelemetry/instrumentation-pg", 3, [
    call("@opentelemetry/sdk-trace", 40, [
      call("Node: async context", 5),
      call("@opentelemetry/otlp-exporter-base", 2, [
        call("@opentelemetry/otlp-transformer", 300, [call("@opentelemetry/core", 9)]),
      ]),
    ]),
    call("pg", 1000, [call("@opentelemetry/instrumentation-net", 7, [call("Node", 500)])]),
  ]);
  const request = call("@opentelemetry/instrumentation-http", 20, [
    call("the service", 900, [
      query,
      call("@acme/instrumentation-queue", 11),
      call("@prisma/instrumentation", 13),
      call("@fastify/otel", 17),
    ]),
  ]);
  const spent = instrumentationsOf([request, call("@opentelemetry/otlp-transformer", 60)]);
  assert.deepEqual(Object.fromEntries(spent), { http: 20, pg: 48, net: 7, "acme/queue": 11, prisma: 13, fastify: 17 });
});
