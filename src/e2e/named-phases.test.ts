/** The phases that are measured only if they are named, small and real. */
import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../base/temporary-folder.fixture.ts";
import { measure, runTogether, writeJson } from "./program.fixture.ts";

const folder = temporaryFolder();

test("a profile says where each variant spends its time, and is kept for its owner", async () => {
  const out = join(folder, "profiled.json");
  // a second at this rate has dozens of samples in OpenTelemetry's packages
  const size = ["--sampler", "always_on", "--rate", "600/s", "--duration", "1s"];
  const { results } = await measure(out, "--phase", "profile", "--target", "bare:5", ...size);
  const byVariant = new Map(results.records.map((record) => [record.trial.variant, record]));
  const parts = (variant: string): string[] => Object.keys(byVariant.get(variant)?.profile ?? {});
  assert.ok(parts("none").includes("native code and system calls"));
  // the services call the API themselves, also if nothing traces them
  const traced = (part: string): boolean => part.startsWith("@opentelemetry/") && part !== "@opentelemetry/api";
  assert.deepEqual(parts("none").filter(traced), []);
  assert.ok(parts("always_on").some(traced));
  const file = join(folder, "profiled.profiles", "always_on-round-1.cpuprofile");
  const { nodes } = JSON.parse(readFileSync(file, "utf8")) as { nodes: readonly unknown[] };
  assert.ok(nodes.length > 0);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const { profile, calls } = byVariant.get("always_on")!;
  const sum = (some: readonly number[]): number => some.reduce((all, us) => all + us, 0);
  const kept = sum(calls!.map(({ us }) => us)) / sum(Object.values(profile!));
  assert.ok(kept > 0.998 && kept < 1.002, `function by function there are ${kept} of the parts`);
});

test("a service with an SDK of its own has no profile, and that is said before measuring", async () => {
  const scenario = writeJson(folder, "own", {
    target: 'command:"node server.js",own_sdk',
    requests: [{ route: "GET /", path: "/" }],
  });
  const { exitCode, stderr } = await runTogether("bench", scenario, "--phase", "profile");
  assert.equal(exitCode, 2);
  assert.match(stderr, /^--phase profile: /m);
});

test("start-up is the time, CPU, memory and scripts until the first answer, without and with tracing", async () => {
  const { results, stdout } = await measure(
    join(folder, "start.json"),
    "--phase",
    "start",
    "--target",
    "bare:5",
    "--no-reference",
  );
  const [none, traced] = ["none", "ratio:0.1"].map((name) =>
    results.records.find(({ trial }) => trial.variant === name)!,
  );
  for (const { ending, start } of [none!, traced!]) {
    assert.equal(ending, "completed");
    assert.ok(start!.firstAnswerMs > 0 && start!.cpuMs! > 0 && start!.rssBytes! > 0);
  }
  assert.ok(traced!.start!.modules! > none!.start!.modules!);
  assert.match(stdout, /Start-up/);
});
