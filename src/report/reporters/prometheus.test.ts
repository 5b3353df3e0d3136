import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { changed, fixtureReport, renamedTo } from "../report.fixture.ts";
import { renderBenchmarkJson } from "./benchmark-json.ts";
import { renderPrometheus } from "./prometheus.ts";

/** Of Debian's package prometheus. */
const PROMTOOL = "promtool";
const text = renderPrometheus(fixtureReport({ lostAtCapacity: 0.1 }));
const samples = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));

test("a figure is three samples in base units, with its bound as a label", () => {
  const own = samples.filter((line) =>
    line.startsWith('spantoll_cpu_per_request_seconds{phase="cost",variant="ratio:0.1"'),
  );
  const bounds = own.map((line) => /bound="(\w+)"\} 0\.0002[78]\d*$/.exec(line)?.[1]);
  assert.deepEqual(bounds, ["center", "low", "high"]);
});

test("losses have their cause, and verdicts are labels", () => {
  assert.ok(samples.includes('spantoll_spans_lost{phase="capacity",variant="always_on",cause="queue full"} 1440'));
  assert.match(
    text,
    /^spantoll_verdict\{.*variant="ratio:0.1",metric="cpuUsPerRequest",against="none",verdict="higher"\} 1$/m,
  );
});

test("OpenMetrics: each family once and in one piece, a unit ends its name, no series twice, EOF at the end", () => {
  assert.ok(text.endsWith("# EOF\n"));
  const families = [...text.matchAll(/^# TYPE (\S+) gauge$/gm)].map((match) => match[1]!);
  assert.equal(new Set(families).size, families.length);
  for (const [, family, unit] of text.matchAll(/^# UNIT (\S+) (\S+)$/gm))
    assert.ok(family!.endsWith(`_${unit}`), family);
  const label = String.raw`[a-z_]+="(?:[^"\\]|\\.)*"`;
  for (const line of samples)
    assert.match(line, new RegExp(String.raw`^[a-z_0-9]+(?:\{${label}(?:,${label})*\})? -?[\d.]+(?:e-?\d+)?$`));
  const series = samples.map((line) => line.slice(0, line.lastIndexOf(" ")));
  assert.equal(new Set(series).size, series.length);
});

test("of a figure in no steady state the verdict is one series, and a figure's words are those of the tables", () => {
  const drifting = changed(({ resources, trial, ...record }) => {
    const cpuDrift = (trial.variant === "ratio:0.1" ? 0.6 : 1) * (1 + trial.round / 500);
    return { ...record, trial, ...(resources && { resources: { ...resources, cpuDrift } }) };
  });
  const verdicts = renderPrometheus(fixtureReport({ phases: ["cost"] }, drifting)).match(/^spantoll_verdict.*$/gm)!;
  assert.ok(verdicts.some((line) => line.includes('"inconclusive"')));
  assert.equal(new Set(verdicts).size, verdicts.length);
  assert.doesNotMatch(verdicts.join("\n") + renderBenchmarkJson(fixtureReport()), /regression|improvement/);
});

test("the run is known by its target, scenario and time", () => {
  const report = fixtureReport();
  const info = samples.find((line) => line.startsWith("spantoll_run_info"))!;
  for (const value of [report.run.target, report.run.scenario, report.environment.startedAt])
    assert.ok(info.includes(`="${value}"`), info);
});

test("names with quotes, backslashes and line breaks stay one label", () => {
  assert.match(renderPrometheus(fixtureReport({}, renamedTo('a"b\\c\nd'))), /variant="a\\"b\\\\c\\nd"/);
});

test("promtool has nothing to complain about", (context) => {
  const promtool = spawnSync(PROMTOOL, ["check", "metrics"], { input: text, encoding: "utf8" });
  if (promtool.error !== undefined)
    return context.skip("promtool is not installed (Debian: apt-get install prometheus)");
  assert.deepEqual([promtool.status, promtool.stdout + promtool.stderr], [0, ""]);
});
