import assert from "node:assert/strict";
import { test } from "node:test";
import { changed, fixtureEstimates, fixtureReport } from "./report.fixture.ts";
import { fixtureResults } from "./results.fixture.ts";
import { renderTerminal } from "./reporters/terminal.ts";
import { groupWarnings, strongestFix, warningsOfEstimate, warningsOfTrials } from "./warnings.ts";

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
  assert.equal(group!.cases[0]!.fix, "--warmup 6s");
  assert.equal(group!.extent, "18 of 18 trials");
});

test("a fix that depends on the phase is given for each; programs that several trials name stand in one line", () => {
  const report = fixtureReport(
    {},
    changed((record) => {
      const { phase, round } = record.trial;
      const fix = phase === "cost" ? "lower --cost-rate" : "lower --rate";
      const late = { code: "driver-late", message: `late by ${round} ms`, fix };
      const programs = round === 1 ? ["tsc"] : ["chrome", "tsc"];
      const foreign = { code: "foreign-load", message: `they used ${round} %`, fix: "end them", programs };
      return phase === "capacity" ? record : { ...record, warnings: [late, foreign] };
    }),
  );
  const casesOf = (name: string) => report.warnings.find(({ code }) => code === name)!.cases;
  assert.deepEqual(
    casesOf("driver-late").map(({ fix, places }) => [fix, places.map((place) => place.split(":")[0])]),
    [
      ["lower --cost-rate", ["cost"]],
      ["lower --rate", ["latency"]],
    ],
  );
  const [foreign, ...others] = casesOf("foreign-load");
  assert.deepEqual(others, []);
  assert.match(foreign!.message, /\btsc, chrome$/);
});

test("what misses a limit of its own variant is one case for each variant, which is named", () => {
  const report = fixtureReport(
    { phases: ["cost"], samplers: ["ratio:0.1", "ratio:0.01"] },
    changed((record) => {
      const asked = Number(record.trial.variant.split(":")[1]);
      const message = `${300 - record.trial.round} of 300 kept; a share of ${asked} allows ${300 * asked}`;
      return asked > 0 ? { ...record, warnings: [{ code: "kept-share", message, fix: "none" }] } : record;
    }),
  );
  const { cases, extent } = report.warnings.find(({ code }) => code === "kept-share")!;
  assert.deepEqual(cases.map(({ message }) => message).toSorted(), [
    "ratio:0.01: 294 … 299 of 300 kept; a share of 0.01 allows 3",
    "ratio:0.1: 294 … 299 of 300 kept; a share of 0.1 allows 30",
  ]);
  assert.equal(extent, "12 of 24 trials");
});

test("a phase without figures is named in the head, with the reason; what made it invalid is printed once", () => {
  const warning = { code: "foreign-load", message: "other programs took 80 %", fix: "end them", invalidates: true };
  const report = fixtureReport(
    {},
    changed((record) =>
      record.trial.phase === "cost" ? record : { ...record, valid: false, warnings: [...record.warnings, warning] },
    ),
  );
  for (const phase of ["latency", "capacity"])
    assert.match(report.caveats.join("\n"), new RegExp(`Phase ${phase}: no figures, .*foreign-load`));
  assert.equal(renderTerminal(report, { ...MEDIUM, width: 400 }).split(warning.message).length, 2);
});

test("a warning has the first step of its fix, also without --verbose", () => {
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
    /12 %; fix: lower --rate$/,
  );
});

test("of several cases of a warning, the short form shows the commonest, with its own count", () => {
  const [few, most] = ["lower --rate", "lower --cost-rate"] as const;
  const report = fixtureReport(
    {},
    changed((record) => {
      const isCost = record.trial.phase === "cost";
      const late = { code: "driver-late", message: "late", fix: isCost ? most : few };
      return isCost || (record.trial.phase === "latency" && record.trial.round === 1)
        ? { ...record, warnings: [late] }
        : record;
    }),
  );
  const { cases, extent } = report.warnings.find(({ code }) => code === "driver-late")!;
  const [common, rare] = cases;
  assert.deepEqual([common!.fix, rare!.fix], [most, few]);
  assert.ok(extent.startsWith(`${common!.count + rare!.count} of `), extent);
  const line = renderTerminal(report, { ...MEDIUM, width: 400 })
    .split("\n")
    .find((one) => one.startsWith("! driver-late"))!;
  assert.match(line, new RegExp(`\\b${common!.count} of them\\b.*${most}$`));
});

test("trials of two files are counted apart, and ratio and difference of one comparison are one figure", () => {
  const results = changed((record) => ({ ...record, warnings: [{ code: "drift", message: "changed", fix: "none" }] }))(
    fixtureResults({ phases: ["cost"] }),
  );
  const copy = results.records.map((record) => ({ ...record }));
  const all = [...results.records, ...copy];
  assert.equal(groupWarnings(warningsOfTrials(all), all)[0]!.extent, `${all.length} of ${all.length} trials`);
  const warnings = [{ code: "unsteady", message: "fell", fix: "none" }];
  const pair = fixtureEstimates(results)
    .filter(({ variant, metric, against }) => [variant, metric, against].join() === "ratio:0.1,cpuUsPerRequest,none")
    .flatMap((estimate) => warningsOfEstimate({ ...estimate, warnings }, (id) => id));
  assert.deepEqual([pair.length, groupWarnings(pair, all)[0]!.extent], [2, "1 figure"]);
});

test("of several rates in a fix, the lowest is asked", () => {
  assert.equal(strongestFix(["lower it to 330/s", "lower it to 300/s"]), "lower it to 300/s");
  assert.equal(strongestFix(["--rounds 8", "--rounds 11"]), "--rounds 11");
});
