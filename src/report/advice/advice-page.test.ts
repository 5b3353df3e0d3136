import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { advise, estimatesOf, resultsOf, SWEEP, type Sweep } from "../../estimate/advise/sweep.fixture.ts";
import type { Variant } from "../../plan/variant.ts";
import { adviseOn, type CollectorFiles, type Wishes } from "../../estimate/advise/advise.ts";
import { fidelityOf } from "../../record/records.fixture.ts";
import { changed, fixtureEstimates } from "../report.fixture.ts";
import { fixtureResults } from "../results.fixture.ts";
import type { Table } from "../report.ts";
import { renderMarkdown } from "../reporters/markdown.ts";
import { renderTerminal } from "../reporters/terminal.ts";
import { rateText } from "../phase-sentence.ts";
import { runOf } from "../run.ts";
import { adviceJson, buildAdvicePage } from "./advice-page.ts";

function pageOf(wishes: Partial<Wishes> = {}, sweep: Sweep = SWEEP, files: Partial<CollectorFiles> = {}) {
  const advice = advise(wishes, sweep, files);
  const pastes = [{ title: "Paste", about: "", language: "sh" as const, text: "A=1\n" }];
  const page = buildAdvicePage(resultsOf(Object.keys(sweep)), advice, { pastes, gaps: [] });
  const table = (name: string): Table => page.tables.find(({ id }) => id === name)!;
  return {
    advice,
    page,
    caveats: page.caveats.join("\n"),
    reasons: table("reasons").notes.join("\n"),
    variants: table("advice"),
    factOf: (label: string) => table("settings").rows.find(([cell]) => cell!.text === label)![1]!.text,
  };
}

const resultCells = (wishes: Partial<Wishes>, sweep?: Sweep): Readonly<Record<string, string>> =>
  Object.fromEntries(pageOf(wishes, sweep).variants.rows.map((row) => [row[0]!.text, row.at(-1)!.text]));

describe("the page of advice", () => {
  it("has a title with the choice, its cost in µs and what it keeps", () => {
    const { page } = pageOf({ limits: { maxCpuUs: 60 } });
    assert.equal(page.outcome, "chosen");
    assert.match(page.title, /ratio:0\.1: .*43.* µs.*10.* %/);
  });

  it("has what the Collector needs, or says that it is unknown", () => {
    const via = { "always_on via batch": { cpu: 1.5, failed: 1, collector: { cpuUs: 50, rssBytes: 60e6 } } };
    const needs = (requestsPerSecond: number): string =>
      pageOf({ traffic: { requestsPerSecond, instances: 1 } }, via).factOf("Collector's needs");
    assert.match(pageOf({}, via).page.title, /µs CPU to a request in the service, 50.* µs in the Collector, and keeps/);
    assert.match(needs(600), /0\.03.* cores; 60.* MB/);
    assert.match(needs(60_000), /cores not settled.*memory not settled/);
    assert.doesNotMatch(pageOf({}, via).caveats, /No Collector/);
    assert.match(pageOf({}, { always_on: { cpu: 1.5, failed: 1 } }).caveats, /No Collector .* unknown/);
    assert.match(
      pageOf({}, { "always_on via batch": { cpu: 1.5, failed: 1 } }).factOf("CPU added in the service"),
      /µs/,
    );
  });

  it("has the Collector's CPU of a tail sampler if always_on was measured behind the same policy, and says whether it was", () => {
    const collector = { cpuUs: 276, rssBytes: 70e6 };
    const [own, same, other] = ["tail:errors", "always_on via tail-sampling", "always_on via batch"] as const;
    const sweep = {
      always_on: { cpu: 1.5, failed: 1 },
      [own]: { cpu: 1.5, failed: 1 },
      [other]: { cpu: 1.5, failed: 1, collector: { ...collector, cpuUs: 50 } },
      [same]: { cpu: 1.5, failed: 1, collector },
    };
    const policyOf = ({ id }: Variant) => (id === own || id === same ? "errors" : id === other ? "none" : undefined);
    const shown = (from: Sweep) => {
      const { columns, rows, notes } = pageOf({}, from, { policyOf }).variants;
      const at = columns.findIndex(({ title }) => title === "Collector CPU");
      return { cpu: rows.find(([{ text } = { text: "" }]) => text === `${own}†`)?.[at]?.text, notes: notes.join("\n") };
    };
    const both = shown(sweep);
    assert.match(both.cpu!, /^276/);
    assert.match(both.notes, /tail:errors as always_on via tail-sampling/);
    assert.doesNotMatch(both.notes, /not measured/);
    const { [same]: _, ...without } = sweep;
    const alone = shown(without);
    assert.doesNotMatch(alone.cpu!, /\d/);
    assert.match(alone.notes, /not measured: tail:errors/);
  });

  it("says for each variant why it was chosen or not", () => {
    const cells = resultCells({ limits: { maxCpuUs: 134.5 } });
    assert.equal(cells["ratio:0.1"], "recommended");
    assert.match(cells["always_on"]!, /--max-cpu not settled/);
    assert.match(cells["ratio:0.5"]!, /misses --max-cpu/);
    assert.match(cells["ratio:0.01"]!, /fewer/);
    assert.match(resultCells({}, { ...SWEEP, always_off: { cpu: 1.1, failed: 0 } })["always_off"]!, /no trace/);
  });

  it("says of a sampler that keeps few traces how many it kept none of, and of always_off that it keeps no trace", () => {
    for (const rounds of [2, 6]) {
      const results = changed((record) => ({
        ...record,
        requests: { startedAtTarget: 300, completedAtDriver: 300, unfinishedAtDriver: 0 },
        ...(record.fidelity && record.trial.variant !== "always_on" && { fidelity: fidelityOf(30, 0) }),
      }))(fixtureResults({ samplers: ["ratio:0.01", "always_off"], rounds: 6 }));
      const few = changed((record) =>
        record.trial.phase === "cost" || record.trial.round <= rounds ? record : { ...record, valid: false },
      )(results);
      const advice = adviseOn(few, fixtureEstimates(few), { limits: { maxCpuUs: 60 }, queue: {} });
      const { tables } = buildAdvicePage(few, advice, { pastes: [], gaps: [] });
      const resultOf = (id: string): string =>
        tables
          .at(-1)!
          .rows.find(([cell]) => cell!.text === id)!
          .at(-1)!.text;
      assert.match(resultOf("ratio:0.01"), /^0 of \d+ \[0, [\d.]+ %\] kept$/);
      assert.match(resultOf("always_off"), /no trace/);
      const ratio = advice.assessed.find(({ candidate }) => candidate.variant.id === "ratio:0.01")!.candidate.figures;
      assert.ok(ratio.storedSpans!.center > 0, "counted over the life of the processes");
    }
  });

  it("names a variant that keeps more than the choice, but is not proved to be within the limits", () => {
    const { reasons } = pageOf({ limits: { maxCpuUs: 134.5 } });
    assert.match(reasons, /^always_on keeps more failed requests, but .*--max-cpu .* not settled/m);
    assert.doesNotMatch(reasons, /^ratio:0\.5 /m);
  });

  it("gives a reason that several variants share once", () => {
    const few = Object.fromEntries(Object.entries(SWEEP).map(([id, measured]) => [id, { ...measured, rounds: 2 }]));
    const { page, reasons } = pageOf({}, few);
    assert.equal(renderTerminal(page, { color: false, width: 300 }).split("fewer than").length, 2);
    for (const id of Object.keys(few)) assert.ok(reasons.includes(id));
  });

  it("marks a p99 that is inconclusive", () => {
    const p99 = (p99Verdict?: "inconclusive"): string =>
      pageOf({}, { always_on: { cpu: 1.5, failed: 1, ...(p99Verdict && { p99Verdict }) } }).factOf("p99 added");
    assert.match(p99("inconclusive"), /\(inconclusive\)$/);
    assert.doesNotMatch(p99(), /inconclusive/);
  });

  it("gives a load as the report does", () => {
    const slower = changed((record) => ({
      ...record,
      ...(record.load && { load: { ...record.load, requestsPerSecond: record.load.requestsPerSecond * 0.97 } }),
    }));
    const results = slower(fixtureResults({ rounds: 8 }));
    const estimates = fixtureEstimates(results);
    const advice = adviseOn(results, estimates, { limits: {}, queue: {} });
    const { tables } = buildAdvicePage(results, advice, { pastes: [], gaps: [] });
    const valueOf = (label: string): string => tables[0]!.rows.find(([cell]) => cell!.text === label)![1]!.text;
    const run = runOf(results, estimates);
    assert.ok(valueOf("in per cent").includes(`${rateText(run, "cost")} a process`), valueOf("in per cent"));
    assert.ok(valueOf("p99 added").includes(`${rateText(run, "latency")} a process`), valueOf("p99 added"));
  });

  it("says of a variant that keeps as much by what the choice was made", () => {
    const sweep = { always_on: { cpu: 1.5, failed: 0.99 }, "always_on simple": { cpu: 1.9, failed: 0.992 } };
    assert.equal(resultCells({}, sweep)["always_on simple"], "costs more CPU");
  });

  it("warns of traffic that one process cannot carry, and of CPU far from the measured load", () => {
    const { caveats } = pageOf({ traffic: { requestsPerSecond: 6000, instances: 1 } });
    assert.match(caveats, /needs 3 processes/);
    assert.match(caveats, /10 times the load/);
    assert.match(caveats, /--instances/);
  });

  it("warns of the first burst of a rate limit in a short window", () => {
    assert.match(
      pageOf({}, { "rate:10/s": { cpu: 1.1, failed: 0.1 } }).caveats,
      /rate:10\/s may keep 10 traces at once/,
    );
  });

  it("judges that burst by the windows of the phase in which the shares were measured", () => {
    const results = resultsOf(["rate:10/s"]);
    const keptInCost = estimatesOf({ "rate:10/s": { cpu: 1.1, failed: 0.1 } }).map((one) =>
      one.unit === "share" ? { ...one, phase: "cost" as const } : one,
    );
    const hasBurst = (costMs: number, latencyMs: number): boolean => {
      const durationMs = { ...results.scenario.durationMs, cost: costMs, latency: latencyMs };
      const run = { ...results, scenario: { ...results.scenario, durationMs } };
      const { caveats } = buildAdvicePage(run, adviseOn(run, keptInCost, { limits: {}, queue: {} }), {
        pastes: [],
        gaps: [],
      });
      return caveats.some((caveat) => caveat.includes("at once"));
    };
    assert.deepEqual([hasBurst(1000, 100_000), hasBurst(100_000, 1000)], [true, false]);
  });

  it("has the warnings of the run in one line, those of valid trials too", () => {
    const warningOf = (code: string, invalidates = false) => ({ code, message: code, fix: code, invalidates });
    const results = resultsOf(Object.keys(SWEEP));
    const records = results.records.map((record, at) => ({
      ...record,
      warnings: [warningOf("foreign-load", at === 0), ...(at < 3 ? [warningOf("drift")] : [])],
    }));
    const { caveats } = buildAdvicePage({ ...results, records }, advise(), { pastes: [], gaps: [] });
    const count = records.length;
    const lines = caveats.filter((line) =>
      line.includes(`foreign-load (${count} of ${count} trials, 1 invalid), drift (3 of ${count} trials)`),
    );
    assert.equal(lines.length, 1);
    assert.doesNotMatch(pageOf().caveats, /Warnings of/);
  });

  it("points to a Collector with a persistent queue if no queue helps, and if a backend hangs", () => {
    assert.match(
      pageOf({ queue: { outageMs: 60_000 } }).caveats,
      /No queue helps .* Collector with a persistent queue/,
    );
    assert.match(pageOf({ queue: { outageMs: 3000 } }).caveats, /hangs .* Collector with a persistent queue/);
  });

  it("has the same content on the terminal, as Markdown and as JSON", () => {
    const { page, advice } = pageOf({ limits: { maxCpuUs: 60 } });
    for (const text of [renderTerminal(page, { color: false, width: 120 }), renderMarkdown(page)])
      for (const part of ["Use ratio:0.1", "A=1", "recommended"]) assert.ok(text.includes(part), part);
    const json = JSON.parse(adviceJson(page, advice)) as Record<string, unknown>;
    assert.equal(json["chosen"], "ratio:0.1");
    const none = pageOf({ limits: { maxCpuUs: 1 } });
    assert.deepEqual(Object.keys(JSON.parse(adviceJson(none.page, none.advice)) as object), Object.keys(json));
  });
});
