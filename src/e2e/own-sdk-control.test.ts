/** Services that bring tracing of their own, or are said to: each is measured right, or refused with the reason. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { controlOwnSdk } from "../run/own-sdk-control.ts";
import { ITEM as ONE, measureTarget, SERVICE, startOnce, withTarget } from "./check.fixture.ts";
import { assertNoNewWarnings, assertRefused, bench, folder, listen, script } from "./own-service-control.fixture.ts";
import { runTogetherIn, writeJson } from "./program.fixture.ts";

/** Exports soon: nothing is waited for at the end. */
const SOON = { processors: ["batch:delay=100ms"] };
/** What `npm start` runs. */
const OWN_SDK = "node --require ./tracing.cjs server.cjs";

process.chdir(SERVICE);

test("a service that registers a tracer provider of its own is refused without own_sdk", async () => {
  const { exitCode, stderr } = await bench("forgotten", `command:${OWN_SDK}`);
  assert.equal(exitCode, 2, stderr);
  assert.match(stderr, /OpenTelemetry itself|tracer provider/);
});

test("a baseline that has loaded an agent of its own is warned of", async () => {
  mkdirSync(join(folder, "node_modules/dd-trace"), { recursive: true });
  writeFileSync(join(folder, "node_modules/dd-trace/index.js"), "");
  const path = script("agent", `require("dd-trace"); ${listen("127.0.0.1")}`);
  const records = await measureTarget(`command:(node ${path})`);
  const warned = records.filter(({ warnings }) => warnings.some(({ message }) => message.includes("dd-trace")));
  assert.deepEqual(
    warned.map(({ trial }) => trial.variant),
    ["none"],
  );
});

test("so is one that registers it after the control, before a wrong figure is printed", async () => {
  const scenario = writeJson(folder, "registers-late", { target: "bare", requests: ONE });
  const args = "--phase cost --no-reference --rounds 1 --duration 4s --warmup 50ms --rate 50/s".split(" ");
  const run = ["bench", scenario, "--target", "command:(WRONG=late node wrong.cjs)", "--sampler", "always_on", ...args];
  const { exitCode, stdout, stderr } = await runTogetherIn(
    SERVICE,
    ...run,
    "--out",
    join(folder, "late-provider.json"),
  );
  assert.equal(exitCode, 2, stderr);
  assert.match(stderr, /tracer provider.*own_sdk/);
  assert.equal(stdout, "");
});

test("a none_command whose SDK is merely disabled is no bare baseline", async () => {
  const target = `command:${OWN_SDK},own_sdk,none_command=(${OWN_SDK})`;
  await assertRefused(withTarget(target, controlOwnSdk), /none_command.*with tracing.*SPANTOLL_TRACING=off/);
});

test("own_sdk without an SDK is refused", async () => {
  const { exitCode, stderr } = await bench("no-sdk", "command:node server.cjs,own_sdk");
  assert.equal(exitCode, 2, stderr);
  assert.match(stderr, /no span.*own_sdk/);
});

test("with own_sdk the baseline is noop, and none if none_command runs the service without tracing", async () => {
  const loaded = await bench("noop", `command:${OWN_SDK},own_sdk`, SOON);
  assert.match(loaded.stdout, /against noop/);
  const bare = await bench("bare", `command:${OWN_SDK},own_sdk,none_command=(node server.cjs)`, SOON);
  assert.match(bare.stdout, /against no tracing/);
  for (const { records } of [loaded, bare])
    for (const { ending, failure, resources, outside, trial, warnings } of records()) {
      assertNoNewWarnings(warnings);
      assert.equal(ending, "completed", failure);
      assert.ok(resources!.rssBytes! > 0);
      assert.deepEqual([resources!.gcMs, resources!.heapBytes], [undefined, undefined]);
      if (trial.variant !== "none") assert.ok(outside!.received > 0);
    }
});

test("an instrumentation that cannot be loaded is named, and why", async () => {
  const lone = join(folder, "node_modules/@lone/instrumentation");
  mkdirSync(lone, { recursive: true });
  writeFileSync(join(lone, "index.js"), "exports.LoneInstrumentation = class {};");
  const target = `command:node ${script("lone", listen("127.0.0.1"))}`;
  for (const [name, reason] of [
    ["@gone/instrumentation", /@gone\/instrumentation is not installed/],
    ["@lone/instrumentation", /@lone\/instrumentation has no @opentelemetry\/api beside it/],
  ] as const)
    await assert.rejects(startOnce(target, "always_on", { instrumentations: [name] }), reason);
});
