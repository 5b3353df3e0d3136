import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { adviseOn } from "../estimate/advise/advise.ts";
import { estimatesOf } from "../estimate/estimates.ts";
import type { Results } from "../record/results.ts";
import { buildAdvice } from "../report/advice/advice.ts";
import { renderTerminal } from "../report/reporters/terminal.ts";
import { targetSpec } from "../spec/specs.ts";
import { fixtureResults } from "../report/results.fixture.ts";
import { KNOWLEDGE } from "./advise-knowledge.ts";
import { wishesOf, type AdviseOptions } from "./advise-options.ts";

describe("the advice in words", () => {
  const whole = fixtureResults({ samplers: ["ratio:0.1", "ratio:0.01", "tail:errors"] });
  const reportOf = (options: AdviseOptions, results = whole) => {
    const { estimates } = estimatesOf(results);
    const wishes = wishesOf(options);
    return buildAdvice(results, estimates, adviseOn(results, estimates, wishes, KNOWLEDGE));
  };

  /** With the books that advice on queues takes. */
  const counted: Results = {
    ...whole,
    records: whole.records.map((record) => ({
      ...record,
      requests: { startedAtTarget: 300, answeredByTarget: 300, completedAtDriver: 300, unfinishedAtDriver: 0 },
      sink: { batches: 1, malformed: {}, conditioned: {} },
    })),
  };

  it("names the choice, its figures and the rule", () => {
    const { title, tables } = reportOf({ maxCpu: "20%" });
    assert.match(title, /^Use ratio:0\.1: CPU per request against no tracing \+1[78]\.\d+ % \[.*\]\. Why this one: /);
    assert.ok(tables[0]!.rows.some((row) => row[0]!.text === "ratio:0.1*"));
  });

  it("leaves the mark of the choice beside its name on a narrow terminal", () => {
    const text = renderTerminal(reportOf({ maxCpu: "20%", maxP99: "1ms" }), { color: false, width: 40 });
    assert.match(text, /^ratio:0\.1\*/m);
    assert.doesNotMatch(text, /^\*(?! the choice)/m);
  });

  it("tells how the run went, in a line before all else", () => {
    const late = { code: "driver-late", message: "late", fix: "wait", voids: true };
    const [first, ...others] = whole.records;
    const { caveats } = reportOf({}, { ...whole, records: [{ ...first!, valid: false, warnings: [late] }, ...others] });
    assert.match(
      caveats[0]!,
      /^1 of 90 trials is void; .* The run was warned of driver-late \(1 of 90 trials, 1 void\).* npm run report /,
    );
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
    assert.match(
      title,
      /^No advice: there is no figure of what tracing costs\. It takes valid trials of the phase cost/,
    );
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
    assert.match(caveats.at(-3)!, /--max-cpu 5 % cannot be met: nearest is ratio:0\.01 with \+13/);
    assert.match(caveats.at(-2)!, /--min-errors 95 % is met by always_on .* misses --max-cpu\.$/);
  });

  it("tells of tail sampling that it is the Collector's, beside always_on in the services", () => {
    const alone = fixtureResults({ samplers: ["tail:errors"] });
    const spend = { maxSpend: "2000/month", pricePerMillion: "1", traffic: "600/s" };
    const { title, tables } = reportOf({ maxCpu: "60%", ...spend }, alone);
    assert.match(title, /^Use tail:errors in a Collector, with always_on in the services: CPU .* \+5\d/);
    const [, cpu] = tables[0]!.rows.find(([name]) => name!.text === "tail:errors†*")!;
    assert.equal(cpu!.text, tables[0]!.rows.find(([name]) => name!.text === "always_on")![1]!.text);
    assert.match(tables[0]!.notes.join(), /† services run always_on, and a Collector decides/);
    const { records, plan } = alone;
    const without = {
      ...alone,
      plan: { ...plan, variants: plan.variants.filter(({ id: name }) => name !== "always_on") },
      records: records.filter(({ trial }) => trial.variant !== "always_on"),
    };
    const unknown = reportOf({}, without);
    assert.match(unknown.title, /^No advice: tail sampling is the Collector's, .* was not measured\./);
    assert.doesNotMatch(JSON.stringify(unknown.tables), /†/, "nothing of always_on is told");
  });

  it("tells an upper bound of what is kept as such, and that it proves nothing", () => {
    const records = whole.records.map((record) =>
      record.fidelity === undefined
        ? record
        : { ...record, fidelity: { ...record.fidelity, traces: { ...record.fidelity.traces, unnamedLosses: 3 } } },
    );
    const { title, caveats, tables } = reportOf({ minErrors: "5%" }, { ...whole, records });
    assert.match(title, /^Use ratio:0\.1: failed requests kept ≤ \d/);
    assert.match(
      caveats.at(-1)!,
      /^--min-errors is not proven: of some lost spans nobody knows the trace, so the share /,
    );
    const column = tables[0]!.columns.findIndex((one) => one.title === "failed requests kept");
    assert.ok(tables[0]!.rows.every((row) => row[column]!.text.startsWith("≤")));
  });

  it("remarks what the choice loses at capacity", () => {
    const lossy = fixtureResults({ lostAtCapacity: 0.35 });
    assert.match(
      reportOf({}, lossy).caveats.at(-1)!,
      /^At capacity \(\S+ requests\/s .*\) it lost 35\S* % .*of its spans\.$/,
    );
  });

  it("tells of a limit on CPU that nobody meets what no sampler saves, or how to measure that", () => {
    assert.match(reportOf({ maxCpu: "1%" }).caveats.at(-1)!, /^What no sampler saves was not measured: --sampler noop/);
    const off = fixtureResults({ samplers: ["ratio:0.1", "always_off"] });
    const told = (maxCpu: string): string => reportOf({ maxCpu }, off).caveats.at(-1)!;
    assert.match(told("1%"), /^always_off keeps nothing and costs \+\S+ % .*, which no sampler saves; instrument less/);
    assert.match(told("15%"), /^always_off keeps nothing .*; it is within the limit, so a sampler that keeps less /);
  });

  it("does not consider what keeps no trace, and refuses where nothing else was measured", () => {
    const off = fixtureResults({ samplers: ["always_off"] });
    const { title, caveats } = reportOf({ maxCpu: "60%" }, off);
    assert.match(title, /^Use always_on: /);
    assert.ok(caveats.includes("Not considered, with no trace kept: always_off."));
    const { records, plan } = off;
    const alone = {
      ...off,
      plan: { ...plan, variants: plan.variants.filter(({ id: name }) => name !== "always_on") },
      records: records.filter(({ trial }) => trial.variant !== "always_on"),
    };
    assert.match(reportOf({}, alone).title, /^No advice: what was measured keeps nothing\./);
  });

  it("explains the mark of a missing interval where there is one, and not for what is only unproven", () => {
    const close = reportOf({ maxCpu: "18.2%" });
    const cells = close.tables[0]!.rows.map((row) => row.at(-1)!.text);
    assert.ok(
      cells.some((text) => text.startsWith("met, not proven")),
      cells.join(),
    );
    assert.ok(close.tables[0]!.notes.every((note) => !note.startsWith("~")));
  });

  it("says which options are without effect, and why", () => {
    const outage = { outage: "10s", burst: "9000/s" };
    const simple = fixtureResults({ processor: "simple" });
    assert.ok(
      reportOf(outage, simple).caveats.includes(
        "--outage, --burst: without effect, since simple is no batch processor.",
      ),
    );
    assert.deepEqual(reportOf({}, simple).caveats, reportOf({}, fixtureResults()).caveats);
    assert.match(reportOf(outage).caveats.at(-1)!, /^--outage, --burst: without effect, since the file does not tell /);
  });

  it("withholds the batch processor's table from a target of several services, and says so", () => {
    const chain = { ...counted, scenario: { ...counted.scenario, target: targetSpec.parse("orders-chain") } };
    const { tables, caveats } = reportOf({}, chain);
    assert.ok(tables.every(({ id }) => id !== "batch"));
    assert.match(caveats.at(-1)!, /^No advice on the batch processor, since each service of this target has a queue /);
    assert.ok(reportOf({}, counted).tables.some(({ id }) => id === "batch"));
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
    assert.doesNotMatch(notes.join(), /no interval/);
  });

  it("marks what rests on too few rounds at the user's traffic as elsewhere", () => {
    const once = { ...counted, records: counted.records.filter(({ trial }) => trial.round === 1) };
    const { rows, notes } = reportOf({ traffic: "600/s" }, once).tables.find(({ id }) => id === "projection")!;
    assert.match(rows[0]![1]!.text, /^~/);
    assert.match(notes.join(), /^~ no interval: too few rounds/);
  });

  it("tells why the measured queue can stay", () => {
    const queueRow = (options: AdviseOptions): string | undefined => {
      const batch = reportOf({ maxCpu: "20%", ...options }, counted).tables.find(({ id }) => id === "batch")!;
      return batch.rows.find(([what]) => what!.text === "queue to set")!.at(-1)!.text;
    };
    assert.equal(queueRow({}), "as measured: below the ceiling it does not fill");
    assert.equal(queueRow({ burst: "700/s" }), "as measured: long enough for the burst");
    assert.equal(queueRow({ burst: "700/s", outage: "1s" }), "as measured: long enough for the burst and the outage");
    assert.equal(queueRow({ outage: "1h" }), "the next power of two; not measured with it");
  });

  it("tells which phases were measured, and at which rates", () => {
    const measuredAt = (phases: Results["scenario"]["phases"]): string | undefined => {
      const results = { ...whole, scenario: { ...whole.scenario, phases } };
      return reportOf({}, results).constants.find(({ label }) => label === "measured at")?.value;
    };
    assert.equal(measuredAt(["latency", "capacity"]), "latency 600 requests/s, capacity");
    assert.equal(measuredAt([]), undefined);
  });
});
