import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { adviseOn, estimateAll, fidelityEstimates } from "../estimate/index.ts";
import { buildAdvice } from "../report/index.ts";
import { fixtureResults } from "../report/results.fixture.ts";
import { KNOWLEDGE } from "./advise-knowledge.ts";
import type { Results } from "../record/index.ts";
import { wishesOf, type AdviseOptions } from "./advise-options.ts";

describe("the advice in words", () => {
  const whole = fixtureResults({ samplers: ["ratio:0.1", "ratio:0.01", "tail:errors"] });
  const reportOf = (options: AdviseOptions, results = whole) => {
    const { records, plan } = results;
    const estimates = [...estimateAll(records, { variants: plan.variants }), ...fidelityEstimates(records)];
    const wishes = wishesOf(options);
    return buildAdvice(results, estimates, adviseOn(results, estimates, wishes, KNOWLEDGE));
  };

  it("names the choice, its figures and the rule", () => {
    const { title, tables } = reportOf({ maxCpu: "20%" });
    assert.match(title, /^Use ratio:0\.1: CPU per request against no tracing \+1[78]\.\d+ % \[.*\]\. Why this one: /);
    assert.ok(tables[0]!.rows.some((row) => row[0]!.text === "ratio:0.1 *"));
  });

  it("tells how the run went, in a line before all else", () => {
    const late = { code: "driver-late", message: "late", cure: "wait", voids: true };
    const [first, ...others] = whole.records;
    const { caveats } = reportOf({}, { ...whole, records: [{ ...first!, valid: false, warnings: [late] }, ...others] });
    assert.match(caveats[0]!, /^1 of 90 trials is void; .* The run was warned of driver-late.* \(npm run report /);
  });

  it("refuses where the cost rests on too few rounds, as after an interruption", () => {
    const records = whole.records.filter(({ trial }) => trial.round === 1);
    const { title, caveats } = reportOf({ maxCpu: "20%" }, { ...whole, records, ending: "interrupted" });
    assert.match(title, /^No advice: not enough rounds\. What tracing costs rests on 1 round at most, and takes 4: /);
    assert.match(caveats[0]!, /^Interrupted: 15 of 90 trials were run\./);
  });

  /** As where all trials of its cost were disturbed. */
  const costVoid = (results: Results, variant: string): Results => ({
    ...results,
    records: results.records.map((record) =>
      record.trial.phase === "cost" && record.trial.variant === variant ? { ...record, valid: false } : record,
    ),
  });

  it("refuses where the file has no cost, and says what to measure", () => {
    const { title, tables } = reportOf({ maxP99: "50ms" }, fixtureResults({ phases: ["latency"] }));
    assert.match(title, /^No advice: there is no figure of what tracing costs\. Measure the phase cost: /);
    assert.deepEqual(
      tables[0]!.rows.map((row) => row.slice(-2).map(({ text }) => text)),
      [
        ["–", "not considered"],
        ["–", "not considered"],
      ],
    );
  });

  it("names who was not considered and why, and does not count them", () => {
    const costless = costVoid(whole, "ratio:0.1");
    const met = reportOf({ maxP99: "50ms" }, costless);
    assert.match(met.title, /^Use always_on: /);
    assert.ok(met.caveats.includes("Not considered, with no figure of their CPU against none: ratio:0.1."));
    const row = met.tables[0]!.rows.find(([name]) => name!.text === "ratio:0.1")!;
    assert.deepEqual(
      row.slice(-2).map(({ text }) => text),
      ["–", "not considered"],
    );
    assert.match(reportOf({ maxCpu: "1%" }, costless).title, /^None of 3 variants considered meets every constraint\./);
    const alone = costVoid(fixtureResults(), "ratio:0.1");
    assert.match(reportOf({ maxCpu: "1%" }, alone).title, /^The one variant that was considered does not meet every/);
  });

  it("explains contradictory constraints", () => {
    const { title, caveats } = reportOf({ maxCpu: "5%", minErrors: "95%" });
    assert.match(
      title,
      /^None of 4 variants considered meets every constraint\. Nearest: \S+, which misses --max-cpu 5 % by/,
    );
    assert.match(caveats.at(-2)!, /--max-cpu 5 % cannot be met: nearest is ratio:0\.01 with \+13/);
    assert.match(caveats.at(-1)!, /--min-errors 95 % is met by always_on .* misses --max-cpu\.$/);
  });

  it("tells spans, bytes, cores and money at the user's traffic, and marks what is extrapolated", () => {
    const { tables } = reportOf({ traffic: "3000/s", instances: "2", pricePerMillion: "2.00" });
    const { columns, rows, notes } = tables.find(({ id }) => id === "projection")!;
    assert.deepEqual(
      columns.map(({ unit }) => unit),
      [undefined, "/s", "billion/month", "GB/month", "cores", "/month"],
    );
    assert.match(rows.find((row) => row[0]!.text.startsWith("always_on"))![1]!.text, /^≈24,000/);
    assert.match(notes.join(), /extrapolated/);
  });
});
