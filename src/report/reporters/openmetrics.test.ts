import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fixtureEstimates, fixtureReport } from "../report.fixture.ts";
import { fixtureResults } from "../results.fixture.ts";
import { metricsText, renderOpenMetrics } from "./openmetrics.ts";

/** Debian has it in the package prometheus. */
const PROMTOOL = "promtool";
const report = fixtureReport({ lostAtCapacity: 0.1 });
const text = renderOpenMetrics(report);

test("a figure is three samples in base units, told apart by bound", () => {
  const samples = text
    .split("\n")
    .filter((line) => line.startsWith('spantoll_cpu_per_request_seconds{phase="cost",variant="ratio:0.1"'));
  const bounds = samples.map((line) => /bound="(\w+)"\} 0\.0002[78]\d*$/.exec(line)?.[1]);
  assert.deepEqual(bounds, ["center", "low", "high"]);
});

test("losses are told by cause and verdicts as labels", () => {
  assert.match(text, /^spantoll_spans_lost\{phase="capacity",variant="always_on",cause="queue full"\} 1440$/m);
  assert.match(
    text,
    /^spantoll_verdict\{phase="cost",variant="ratio:0.1",against="none",metric="cpuUsPerRequest",verdict="regression"\} 1$/m,
  );
});

test("OpenMetrics: each family once and in one piece, a unit is the end of its name, EOF ends it", () => {
  assert.ok(text.endsWith("# EOF\n"));
  const families = [...text.matchAll(/^# TYPE (\S+) gauge$/gm)].map((match) => match[1]!);
  assert.equal(new Set(families).size, families.length);
  for (const [, family, unit] of text.matchAll(/^# UNIT (\S+) (\S+)$/gm))
    assert.ok(family!.endsWith(`_${unit}`), family);
  let current = "";
  for (const line of text.trimEnd().split("\n").slice(0, -1)) {
    current = /^# TYPE (\S+)/.exec(line)?.[1] ?? current;
    assert.match(
      line,
      new RegExp(
        String.raw`^(# (TYPE|UNIT|HELP) ${current} |${current}(\{[a-z_]+="([^"\\]|\\.)*"(,[a-z_]+="([^"\\]|\\.)*")*\})? -?[\d.]+(e-?\d+)?$)`,
      ),
    );
  }
});

test("no series is given twice", () => {
  const series = text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.slice(0, line.lastIndexOf(" ")));
  assert.equal(new Set(series).size, series.length);
});

test("names with quotes, backslashes and line breaks stay one label", () => {
  const odd = renderOpenMetrics(fixtureReport({ samplers: ['a"b\\c\nd'] }));
  assert.match(odd, /variant="a\\"b\\\\c\\nd"/);
});

test("while a run goes on, the same names tell how far it is", () => {
  const results = fixtureResults();
  const half = { ...results, records: results.records.slice(0, 20) };
  const live = metricsText(half, fixtureEstimates(half));
  assert.match(live, /^spantoll_trials_planned 54$/m);
  assert.match(live, /^spantoll_trials_ended\{ending="completed"\} 20$/m);
  assert.match(metricsText({ ...results, records: [] }, []), /^spantoll_trials_ended\{ending="completed"\} 0$/m);
});

test("promtool finds nothing to complain about", (context) => {
  const promtool = spawnSync(PROMTOOL, ["check", "metrics"], { input: text, encoding: "utf8" });
  if (promtool.error !== undefined) {
    context.skip("promtool is not installed (Debian: apt-get install prometheus)");
    return;
  }
  assert.equal(promtool.stdout + promtool.stderr, "");
  assert.equal(promtool.status, 0);
});
