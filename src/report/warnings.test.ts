import assert from "node:assert/strict";
import { test } from "node:test";
import { changed, fixtureReport } from "./report.fixture.ts";
import { renderTerminal } from "./reporters/terminal.ts";

const MEDIUM = { color: false, width: 100 };

test("a warning is never cut", () => {
  const message = `${"a long story of what happened ".repeat(6)}to its end`;
  const report = fixtureReport(
    {},
    changed((record) => ({ ...record, warnings: [{ code: "long", message, fix: "none" }] })),
  );
  assert.ok(renderTerminal(report, MEDIUM).replaceAll(/\s+/g, " ").includes(message));
});

test("warnings that differ in numbers only are one, with the largest number to type", () => {
  const report = fixtureReport(
    { phases: ["cost"] },
    changed((record) => ({
      ...record,
      warnings: [
        { code: "drift", message: `changed by ${record.trial.round} %`, fix: `--warmup ${record.trial.round}s` },
      ],
    })),
  );
  const group = report.warnings.find(({ code }) => code === "drift");
  assert.deepEqual(
    group!.cases.map(({ message }) => message),
    ["changed by 1 … 6 %"],
  );
  assert.equal(group!.extent, "18 of 18 trials");
});

test("a phase without figures is named in the head, with the reason; what made it invalid is printed once", () => {
  const warning = { code: "foreign-load", message: "other programs took 80 %", fix: "end them", invalidates: true };
  const report = fixtureReport(
    {},
    changed((record) =>
      record.trial.phase === "cost" ? record : { ...record, valid: false, warnings: [...record.warnings, warning] },
    ),
  );
  assert.match(
    report.caveats.join("\n"),
    /p99.* and .*throughput.*: no figures, other programs .*again when it is quiet/,
  );
  assert.equal(renderTerminal(report, { ...MEDIUM, width: 400 }).split(warning.message).length, 2);
});

test("what made trials invalid has the first step of its fix, also without --verbose; other warnings stay one line", () => {
  const fix = "lower --rate, or free the cores: more of it";
  const warnings = [
    { code: "driver-late", message: "requests left late", fix, invalidates: true },
    { code: "drift", message: "changed by 12 %", fix },
  ];
  const report = fixtureReport(
    {},
    changed((record) => ({ ...record, valid: record.trial.phase === "cost", warnings })),
  );
  const lines = renderTerminal(report, MEDIUM).split("\n");
  assert.match(
    lines.find((line) => line.startsWith("✗ driver-late"))!,
    /late; fix: lower --rate$/,
  );
  assert.match(
    lines.find((line) => line.startsWith("! drift"))!,
    /12 %$/,
  );
});
