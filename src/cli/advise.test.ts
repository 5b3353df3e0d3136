import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { UserError } from "../base/problem.ts";
import { adviseOn, estimateAll, fidelityEstimates } from "../estimate/index.ts";
import { buildAdvice } from "../report/index.ts";
import { fixtureResults } from "../report/results.fixture.ts";
import { KNOWLEDGE } from "./advise-knowledge.ts";
import type { Results } from "../record/index.ts";
import { wishesOf, type AdviseOptions } from "./advise-options.ts";

const BURST_FOR = { burstFor: "10s" };

function mistakesOf(options: Omit<AdviseOptions, "burstFor">): readonly string[] {
  try {
    wishesOf({ ...BURST_FOR, ...options });
    return [];
  } catch (error) {
    assert.ok(error instanceof UserError);
    return error.issues;
  }
}

describe("the options of advise", () => {
  it("are read with their units", () => {
    const wishes = wishesOf({
      ...BURST_FOR,
      maxCpu: "5%",
      maxP99: "+2ms",
      minErrors: "95%",
      maxSpend: "500/month",
      traffic: "3000/s",
      instances: "20",
      pricePerMillion: "2.00",
      outage: "1m",
      burst: "9000/s",
    });
    assert.deepEqual(wishes.limits, { maxCpu: 0.05, maxP99Ms: 2, minErrors: 0.95, maxSpend: 500 });
    assert.deepEqual(wishes.traffic, { requestsPerSecond: 3000, instances: 20, pricePerMillion: 2 });
    assert.deepEqual(wishes.batch, { outageMs: 60_000, burst: { requestsPerSecond: 9000, lastsMs: 10_000 } });
  });

  it("take traffic in spans too, and divide them by those of a request", () => {
    const told = wishesOf({ ...BURST_FOR, traffic: "3000spans/s", burst: "9000 spans/s" }, 8);
    assert.deepEqual(told.traffic, { requestsPerSecond: 375, spansPerRequest: 8 });
    assert.equal(told.batch.burst!.requestsPerSecond, 1125);
    assert.match(
      mistakesOf({ traffic: "3000spans/s" })[0]!,
      /"3000spans\/s": expected requests a second, such as 600\/s \(the file does not tell how many spans/,
    );
  });

  it("take more than 100 % of CPU, and not more of what is kept", () => {
    assert.equal(wishesOf({ ...BURST_FOR, maxCpu: "150%" }).limits.maxCpu, 1.5);
    assert.match(mistakesOf({ minErrors: "150%" })[0]!, /--min-errors "150%": expected a share .* at most 100%/);
  });

  it("tell all mistakes at once, each with what was expected", () => {
    const mistakes = mistakesOf({ maxCpu: "x", maxP99: "2", instances: "0", maxSpend: "500" });
    assert.equal(mistakes.length, 6);
    assert.match(mistakes.join("\n"), /--max-p99 "2": expected a duration/);
    assert.match(mistakes.join("\n"), /--max-spend "500": it needs --price-per-million/);
  });
});

describe("the advice in words", () => {
  const whole = fixtureResults({ samplers: ["ratio:0.1", "ratio:0.01", "tail:errors"] });
  const reportOf = (options: Omit<AdviseOptions, "burstFor">, results = whole) => {
    const { records, plan } = results;
    const estimates = [...estimateAll(records, { variants: plan.variants }), ...fidelityEstimates(records)];
    const wishes = wishesOf({ ...BURST_FOR, ...options });
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
