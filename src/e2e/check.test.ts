/** `bench --check`: each way to set tracing up wrongly is named with its fix, and a service that is set up right is green. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { start, temporaryFolder, writeJson } from "./program.fixture.ts";

const SERVICE = join(import.meta.dirname, "own-service.fixture");
const requests = [{ route: "GET /items/:id", path: "/items/1" }];
const folder = temporaryFolder();
const scenario = writeJson(folder, "check", { target: "bare", requests });

async function check(target: string, asked = scenario) {
  const { exitCode, stdout, stderr } = await start(["bench", asked, "--target", target, "--check"], {
    cwd: SERVICE,
    env: { NO_COLOR: "1" },
  });
  const wrong = stdout.split("\n").filter((line) => line.startsWith("wrong"));
  return { exitCode, stdout, stderr, wrong };
}

const own = (command: string): string => `command:(${command}),own_sdk`;

/** What each way's line must name; those after it are its consequences. */
const WAYS: readonly (readonly [string, RegExp])[] = [
  ["no-sdk", /no SDK.*leave out own_sdk/],
  ["twice", /twice.*one place/],
  ["late", /after the first request.*before the service listens/],
  ["unregistered", /no tracer provider was registered.*register/],
  ["path", /\/v1\/trace\b.*OTEL_EXPORTER_OTLP_TRACES_ENDPOINT/],
  ["port", /127\.0\.0\.1:9\b.*OTEL_EXPORTER_OTLP_TRACES_ENDPOINT/],
  ["grpc", /gRPC.*--exporter otlp-grpc/],
  ["ratio-0", /TraceIdRatioBased\{0\}.*out of code/],
  ["always-on", /sampler ratio:0.1.*OTEL_TRACES_SAMPLER/],
  ["disabled", /OTEL_SDK_DISABLED.*remove/],
  ["exporter-none", /OTEL_TRACES_EXPORTER=none/],
  ["library-first", /express was loaded before.*--require/],
  ["large-batch", /batch larger than its queue.*OTEL_/],
  ["long-delay", /delay of 1m.*code.*OTEL_/],
  ["context-lost", /context is lost.*context manager/],
  ["unnamed", /unknown_service.*OTEL_SERVICE_NAME/],
  ["no-flush", /without exporting its queue.*shutdown/],
];

describe("bench --check", { concurrency: 4 }, () => {
  for (const [way, named] of WAYS)
    test(`names a set-up that is wrong: ${way}`, async () => {
      const { exitCode, wrong, stderr } = await check(own(`WRONG=${way} exec node wrong.cjs`));
      assert.equal(exitCode, 3, stderr);
      assert.match(wrong[0]!, named);
    });

  test("names an ES module without a loader hook, and finds the same one with it right", async () => {
    const { exitCode, wrong } = await check(own("exec node --import ./right.cjs module.mjs"));
    assert.equal(exitCode, 3);
    assert.match(wrong[0]!, /ES module.*hook\.mjs/);
    const right = await check(own("exec node --import ./hook.mjs --import ./right.cjs module.mjs"));
    assert.equal(right.exitCode, 0, right.stdout);
  });

  for (const target of [own("node wrong.cjs"), "bare"])
    test(`finds ${target} right`, async () => {
      const { exitCode, stdout, stderr } = await check(target);
      assert.equal(exitCode, 0, stdout + stderr);
      assert.match(stdout, /^ok .*spans arrive/m);
      assert.match(stdout, /^ok .*sampler ratio:0\.1/m);
    });

  const python = join(import.meta.dirname, "../../targets/fastapi/.venv/bin/python");
  const skip = !existsSync(python) && "npm run setup:fastapi was not run";
  for (const [variable, named] of [
    ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://127.0.0.1:9/v1/traces", /127\.0\.0\.1:9\b.*ENDPOINT/],
    ["OTEL_SDK_DISABLED=true", /OTEL_SDK_DISABLED.*remove/],
  ] as const)
    test(`names a set-up that is wrong in Python: ${variable}`, { skip }, async () => {
      const serve = join(import.meta.dirname, "../../targets/fastapi/serve.py");
      const orders = writeJson(folder, "python", {
        target: "bare",
        requests: [{ route: "GET /orders", path: "/orders/1" }],
      });
      const { exitCode, wrong } = await check(own(`${variable} exec ${python} ${serve} shop --port {port}`), orders);
      assert.equal(exitCode, 3);
      assert.match(wrong[0]!, named);
    });

  test("a service that does not start is wrong, and an option that it cannot have is a mistake", async () => {
    const { exitCode, wrong } = await check(own("node absent.cjs"));
    assert.equal(exitCode, 3);
    assert.match(wrong[0]!, /absent\.cjs/);
    const mistake = await start(["bench", scenario, "--check", "--dry-run"], { cwd: SERVICE });
    assert.equal(mistake.exitCode, 2);
  });
});

test("a measurement names the same before its first window, and goes on if its figures are right", async () => {
  const out = join(folder, "named.json");
  const args = `--sampler always_on --no-reference --phase cost --rounds 1 --duration 400ms --warmup 200ms --rate 50/s`;
  const target = own("WRONG=long-delay exec node wrong.cjs");
  const run = ["bench", scenario, "--target", target, ...args.split(" "), "--out", out];
  const { exitCode, stderr } = await start(run, { cwd: SERVICE });
  assert.notEqual(exitCode, 2, stderr);
  assert.match(stderr, /delay of 1m/);
});
