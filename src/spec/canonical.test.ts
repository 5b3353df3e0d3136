/** The law of every spec string, for backend conditions and targets; those of tracing hold it in target/. */
import fc from "fast-check";
import { conditions } from "../sink/conditions/index.ts";
import { testCanonicalForms } from "../base/canonical.fixture.ts";
import { quote } from "../base/spec-string.ts";
import { formatDuration } from "../base/units.ts";
import { targets } from "../target/services/index.ts";

const duration = fc.integer({ min: 1, max: 3_600_000 }).map(formatDuration);
const share = fc
  .integer({ min: 0, max: 100 })
  .chain((percent) => fc.constantFrom(`${percent}%`, String(percent / 100)));
const rate = fc
  .tuple(fc.integer({ min: 1, max: 10_000 }), fc.constantFrom("s", "m", "h"))
  .map(([n, unit]) => `${n}/${unit}`);
const bandwidth = fc
  .tuple(fc.integer({ min: 1, max: 900 }), fc.constantFrom("kB/s", "MB/s"))
  .map(([n, unit]) => `${n}${unit}`);
const conditionSpec = fc.oneof(
  fc.constantFrom("healthy", "hang", "refuse", "reset"),
  duration.map((time) => `slow:${time}`),
  fc.integer({ min: 400, max: 599 }).map((status) => `error:${status}`),
  rate.map((one) => `throttle:${one}`),
  share.map((one) => `flaky:${one}`),
  share.map((one) => `partial:${one}`),
  fc.tuple(duration, duration).map(([at, down]) => `restart:down=${down},at=${at}`),
  bandwidth.map((one) => `bandwidth:${one}`),
);
const word = fc.string({ minLength: 1, maxLength: 30 }).filter((text) => text.trim() === text);
const targetSpec = fc.oneof(
  fc.constantFrom("orders", "orders-chain", "express", "bare", "fastapi", "fastapi:chain"),
  word.map((service) => `observed:${quote(service)}`),
  fc.integer({ min: 1, max: 65535 }).map((port) => `url:http://127.0.0.1:${port}`),
  fc.integer({ min: 1, max: 64 }).map((workers) => `fastapi:workers=${workers}`),
  fc.integer({ min: 1, max: 1000 }).map((spans) => `bare:${spans}`),
  fc
    .tuple(word, fc.constantFrom("", ",own_sdk"), fc.constantFrom("", ",port_env=PORT", ",port_env=APP_PORT"))
    .map(([command, own, port]) => `command:${quote(command)}${port}${own}`),
);

testCanonicalForms(conditions, conditionSpec);
testCanonicalForms(targets, targetSpec);
