import assert from "node:assert/strict";
import { test } from "node:test";
import { failureReason } from "./failure-reason.ts";

/** Errors as the exporters of the pinned versions make them. */
const errors: readonly (readonly [string, Error | undefined, string])[] = [
  ["none at all", undefined, "no reason given"],
  ["OTLP/HTTP, not retryable", Object.assign(new Error("Bad Request"), { code: 400 }), "http 400"],
  ["OTLP/HTTP, retried in vain", new Error("Export failed with retryable status"), "http 503"],
  ["OTLP/HTTP, no answer", new Error("Request timed out"), "timeout"],
  ["OTLP, too many at once", new Error("Concurrent export limit reached"), "concurrency limit"],
  [
    "a closed port",
    Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:1"), { code: "ECONNREFUSED" }),
    "connection refused",
  ],
  ["a broken connection", Object.assign(new Error("socket hang up"), { code: "ECONNRESET" }), "connection reset"],
  [
    "gRPC, too slow",
    Object.assign(new Error("4 DEADLINE_EXCEEDED: Deadline exceeded after 0.1s"), { code: 4 }),
    "timeout",
  ],
  [
    "gRPC, throttled",
    Object.assign(new Error("8 RESOURCE_EXHAUSTED: slow down"), { code: 8 }),
    "grpc RESOURCE_EXHAUSTED",
  ],
  ["gRPC, unavailable", Object.assign(new Error("14 UNAVAILABLE: try later"), { code: 14 }), "grpc UNAVAILABLE"],
  [
    "gRPC, a closed port",
    Object.assign(
      new Error("14 UNAVAILABLE: No connection established. Last error: connect ECONNREFUSED 127.0.0.1:1"),
      { code: 14 },
    ),
    "connection refused",
  ],
  ["Zipkin", new Error("Got unexpected status code from zipkin: 503"), "http 503"],
  ["in memory, after shutdown", new Error("Exporter has been stopped"), "exporter shut down"],
  ["a stranger", new Error("disk full"), "disk full"],
];

for (const [what, error, reason] of errors) {
  test(`${what}: ${reason}`, () => assert.equal(failureReason(error, 503), reason));
}

test("a reason is short, however long the error", () => {
  assert.equal(failureReason(new Error("x".repeat(1000)), undefined).length, 80);
});
