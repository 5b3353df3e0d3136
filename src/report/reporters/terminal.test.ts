import assert from "node:assert/strict";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { fixtureReport } from "../report.fixture.ts";
import { renderTerminal } from "./terminal.ts";

const SWEEP = ["ratio:0.1", "ratio:0.01", "tail:errors"];
const longest = (text: string): number => Math.max(...text.split("\n").map((line) => line.length));

test("fits 100 and 120 columns, with one round or six", () => {
  for (const width of [100, 120]) {
    for (const rounds of [1, 6]) {
      const text = renderTerminal(fixtureReport({ samplers: SWEEP, rounds, lostAtCapacity: 0.1 }), {
        color: false,
        width,
      });
      assert.ok(longest(text) <= width, `${longest(text)} > ${width}`);
    }
  }
});

test("narrows text and splits tables rather than breaking figures", () => {
  const text = renderTerminal(fixtureReport({ samplers: SWEEP }), { color: false, width: 70 });
  assert.ok(longest(text) <= 70);
  assert.equal(text.match(/^variant .*CPU\/request/gm)!.length, 1);
  assert.match(text, /^ratio:0\.1 +\d+\.\d \[\d+\.\d, \d+\.\d\]/m);
});

test("a name longer than the terminal is broken, and whole", () => {
  const name = `module:./${"x".repeat(150)}.mjs`;
  const text = renderTerminal(fixtureReport({ samplers: [name] }), { color: false, width: 100 });
  const table = text.slice(text.indexOf("CPU/request"), text.indexOf("Latency"));
  assert.ok(longest(table) <= 100);
  const [rows] = table.split("against always_on");
  assert.equal(rows!.match(/x/g)!.length, 150);
});

test("without colour there is no escape sequence; with it, only those are added", () => {
  const report = fixtureReport({ lostAtCapacity: 0.1 });
  const bare = renderTerminal(report, { color: false, width: 110 });
  const colored = renderTerminal(report, { color: true, width: 110 });
  assert.equal(stripVTControlCharacters(bare), bare);
  assert.notEqual(colored, bare);
  assert.equal(stripVTControlCharacters(colored).replaceAll(/ +$/gm, ""), bare.replaceAll(/ +$/gm, ""));
});

test("a residual is red", () => {
  const report = fixtureReport({}, (results) => ({
    ...results,
    records: results.records.map((record) =>
      record.ledger === undefined ? record : { ...record, ledger: { ...record.ledger, residual: 2 } },
    ),
  }));
  const text = renderTerminal(report, { color: true, width: 110 });
  // oxlint-disable-next-line no-control-regex -- the escape sequence is what is looked for
  assert.match(text, /\u001B\[31mUNEXPLAINED/);
});

test("the answer comes first, the constants once, the warnings last", () => {
  const text = renderTerminal(fixtureReport({ rounds: 1 }), { color: false, width: 110 });
  const order = [
    "ratio:0.1 costs",
    "scenario default · target orders",
    "\nCPU per request\n",
    "Where the spans went",
    "Warnings",
  ];
  const places = order.map((words) => text.indexOf(words));
  assert.ok(
    places.every((place) => place >= 0),
    places.join(),
  );
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  );
  assert.match(text, /! few-rounds\n(?: .*\n)+? {2}fix: --rounds 4/);
});
