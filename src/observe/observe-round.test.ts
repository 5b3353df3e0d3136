import assert from "node:assert/strict";
import { test } from "node:test";
import { runEstimates } from "../estimate/estimates.ts";
import { attemptNoting } from "../estimate/estimate.ts";
import { planOfObservation } from "./as-scenario.ts";
import { observationOf } from "./observation.fixture.ts";
import type { Series } from "./prometheus.ts";
import { replica } from "./prometheus.fixture.ts";
import { readWindow } from "./window.ts";
import { a1, a2, b1, b2, find, near, recordsFrom, voided } from "./observe-round.fixture.ts";

test("CPU, rate, memory and answer times of each variant", async () => {
  const records = await recordsFrom([...a1, ...a2, ...b1, ...b2]);
  assert.deepEqual(voided(records), []);
  near(find(records, "a").resources!.cpuUsPerRequest, 500, 1e-3);
  near(find(records, "b").resources!.cpuUsPerRequest, 600, 1e-3);
  near(find(records, "b").load!.requestsPerSecond, 100);
  assert.equal(find(records, "a").resources!.rssBytes, 1e8);
  near(find(records, "a", "latency").load!.responseTime!.p50, 10, 0.1);
});

test("a counter that begins anew voids its window alone, and never counts as negative", async () => {
  const records = await recordsFrom([...a1, ...replica("a", "a2", { restartAt: 60 }), ...b1, ...b2]);
  assert.equal(voided(records).length, 1);
  assert.match(voided(records)[0]!, /00:00:40 .* a2 restarted/);
  assert.ok(records.every(({ valid }) => valid));
  near(find(records, "a").resources!.cpuUsPerRequest, 500, 1e-3);
});

test("missing scrapes in the middle lose no request; too many void the window", async () => {
  const few = await recordsFrom([...a1, ...replica("a", "a2", { without: [50, 53] }), ...b1, ...b2]);
  assert.deepEqual(voided(few), []);
  near(find(few, "a").load!.requestsPerSecond, 100);
  const many = await recordsFrom([...a1, ...replica("a", "a2", { without: [50, 70] }), ...b1, ...b2]);
  assert.match(voided(many)[0]!, /a2 with .* scrapes/);
});

test("a replica that vanishes voids its windows; a round without enough windows is invalid", async () => {
  const late = await recordsFrom([...a1, ...replica("a", "a2", { to: 100 }), ...b1, ...b2]);
  assert.equal(voided(late).length, 1);
  assert.match(voided(late)[0]!, /a2 vanished/);
  assert.ok(late.every(({ valid }) => valid));
  const early = await recordsFrom([...a1, ...replica("a", "a2", { to: 50 }), ...b1, ...b2]);
  assert.equal(voided(early).length, 2);
  assert.ok(early.every(({ valid }) => !valid));
});

test("a target that was never scraped is missed if the plan says how many there are", async () => {
  const records = await recordsFrom([...a1, ...b1, ...b2]);
  assert.ok(voided(records).every((message) => message.includes("1 replicas, expected 2")));
  assert.ok(records.every(({ valid }) => !valid));
});

test("uneven traffic is noted, and far apart it voids", async () => {
  const slightly = { rate: 110, cpuUs: 600 };
  const noted = await recordsFrom([...a1, ...a2, ...replica("b", "b1", slightly), ...replica("b", "b2", slightly)]);
  assert.deepEqual(voided(noted), []);
  assert.ok(find(noted, "b").valid && find(noted, "b").warnings.some(({ code }) => code === "uneven-traffic"));
  const far = { rate: 150 };
  const records = await recordsFrom([...a1, ...a2, ...replica("b", "b1", far), ...replica("b", "b2", far)]);
  assert.equal(voided(records).length, 3);
});

test("a round of the same processes is no observation of its own", async () => {
  const old = await recordsFrom([...a1, ...a2, ...b1, ...b2], { previousEndMs: -1000 });
  assert.ok(old.every(({ valid, warnings }) => !valid && warnings.some(({ code }) => code === "not-restarted")));
  const fresh = await recordsFrom([...a1, ...a2, ...b1, ...b2], { previousEndMs: -6000 });
  assert.ok(fresh.every(({ valid }) => valid));
});

test("a series that appears in the window counts from 0, in a replica that was scraped before", async () => {
  const failures = { labels: { __name__: "http_requests_total", variant: "a", instance: "a1", code: "500" } };
  const samples = Array.from({ length: 30 }, (_, at) => [10 + at, at + 40] as const);
  const records = await recordsFrom([...a1, ...a2, ...b1, ...b2, { ...failures, samples }]);
  const more = find(records, "a").load!.completed - find(records, "b").load!.completed;
  near(more, 69, 0.05);
});

test("native histograms are read like classic ones", async () => {
  const native = ["a", "b"].flatMap((variant) =>
    [1, 2].map((one) => ({
      labels: { __name__: "duration_seconds", variant, instance: `${variant}${one}` },
      native: Array.from(
        { length: 121 },
        (_, at) =>
          [
            at,
            [
              [0.01, at * 50],
              [0.02, at * 50],
            ],
          ] as const,
      ),
    })),
  );
  const records = await recordsFrom([...a1, ...a2, ...b1, ...b2, ...native], {
    queries: { latency: "duration_seconds{$match}" },
  });
  near(find(records, "b", "latency").load!.responseTime!.p50, 10, 0.1);
});

test("p99 beyond the last bucket is not guessed", async () => {
  const slow = [a1, a2, b1, b2].flat().filter(({ labels }) => labels["le"] !== "0.02");
  const records = await recordsFrom(slow);
  assert.equal(find(records, "a", "latency").valid, false);
  assert.equal(find(records, "a").valid, true);
});

test("a Prometheus that fails for a while is asked again", async () => {
  const records = await recordsFrom([...a1, ...a2, ...b1, ...b2], { failing: { status: 503, times: 3 } });
  assert.ok(records.every(({ valid }) => valid));
});

test("a query that Prometheus refuses is the user's mistake", async () => {
  await assert.rejects(recordsFrom([], { failing: { status: 400, times: 1 } }), {
    name: "UserError",
    message: /made to fail/,
  });
});

test("the baseline of the plan is compared with, whatever its sampler", async () => {
  const { variants } = planOfObservation(observationOf({ variants: { b: "none", a: "always_on" } }));
  const one = await recordsFrom([...a1, ...a2, ...b1, ...b2]);
  const rounds = [1, 2, 3, 4].flatMap((round) =>
    one.map((record) => ({ ...record, trial: { ...record.trial, round } })),
  );
  const estimates = runEstimates(rounds, variants, attemptNoting([]));
  const ratio = estimates.find(
    ({ metric, unit, phase }) => metric === "cpuUsPerRequest" && unit === "ratio" && phase === "cost",
  )!;
  assert.deepEqual([ratio.variant, ratio.against, ratio.verdict], ["b", "a", "regression"]);
  near(ratio.center, 1.2, 1e-2);
});

test("a window of any number of scrapes is read", () => {
  const series: Series[] = [
    { labels: { instance: "a1" }, samples: Array.from({ length: 200_000 }, (_, at) => [at * 1000, at] as const) },
  ];
  const answer = { cpu: series, requests: series, started: series, lostSpans: {} };
  const plan = { instanceLabel: "instance", scrapeMs: 1000, replicas: 1 };
  const { variants } = readWindow(plan, { startMs: 0, endMs: 200_000_000 }, { a: answer }, {});
  assert.equal(variants["a"]!.startedMs, 0);
});
