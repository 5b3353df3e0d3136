/** What each format must not do to text from outside, and the width of a terminal. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { fixtureReport, renamedTo } from "../report.fixture.ts";
import { renderHtml } from "./html.ts";
import { FORMATS } from "./index.ts";
import { renderMarkdown } from "./markdown.ts";
import { renderTerminal } from "./terminal.ts";

const SWEEP = ["ratio:0.1", "ratio:0.01", "tail:errors"];
const longest = (text: string): number => Math.max(...text.split("\n").map((line) => line.length));
const terminal = (report: ReturnType<typeof fixtureReport>, width: number, color = false): string =>
  renderTerminal(report, { color, width, verbose: true });

test("a terminal's width holds, and no figure or name is cut", () => {
  const name = `module:./${"x".repeat(150)}.mjs`;
  for (const width of [70, 100, 120]) {
    for (const sampler of ["ratio:0.1", name]) {
      const text = terminal(fixtureReport({ samplers: SWEEP, lostAtCapacity: 0.1 }, renamedTo(sampler)), width);
      assert.ok(longest(text) <= width, `${longest(text)} > ${width}`);
    }
  }
  const cost = terminal(fixtureReport({}, renamedTo(name)), 100)
    .split("CPU/request")[1]!
    .split("verdict")[1]!;
  assert.equal(cost.split("What sampling kept")[0]!.match(/x/g)!.length, 150);
});

test("colour adds escape sequences and nothing else", () => {
  const report = fixtureReport({ lostAtCapacity: 0.1, rounds: 1 });
  const [bare, colored] = [terminal(report, 100), terminal(report, 100, true)];
  assert.equal(stripVTControlCharacters(bare), bare);
  assert.notEqual(colored, bare);
  assert.equal(stripVTControlCharacters(colored).replaceAll(/ +$/gm, ""), bare);
});

test("benchmark-json: each figure is one entry with a name of its own", () => {
  const report = fixtureReport({ samplers: SWEEP });
  const text = FORMATS["benchmark-json"].render(report);
  const entries = JSON.parse(text) as Record<"name" | "unit" | "value" | "extra", unknown>[];
  assert.deepEqual(
    entries.map(({ unit, value }) => [unit, value]),
    report.estimates.map(({ unit, center }) => [unit, center]),
  );
  assert.equal(new Set(entries.map(({ name }) => name)).size, entries.length);
  const cpu = entries.find(({ name }) => name === "cost: cpuUsPerRequest of ratio:0.1, ratio to none");
  assert.match(String(cpu?.extra), /95 % \[.*6 rounds.*node v24/);
});

test("control characters from outside are visible in every format", () => {
  const report = fixtureReport({}, renamedTo("a\u001b[31mb\rc\u009b\u202ed"));
  for (const text of [terminal(report, 200), renderMarkdown(report), renderHtml(report)]) {
    // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
    assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    assert.match(text.replaceAll("\\\\", "\\").replaceAll("<wbr>", ""), /a\\u001b\[31mb\\u000dc/);
  }
});

test("markdown: names become neither HTML, nor links, nor mentions, nor columns", () => {
  const name = "<script>alert(1)</script> [a](http://x) @someone a|b *c*";
  const row = renderMarkdown(fixtureReport({}, renamedTo(name)))
    .split("\n")
    .find((line) => line.startsWith("| &lt;script>"))!;
  assert.match(row, /&lt;script>alert\(1\)&lt;\/script> \[a\\\]\(http:\/\/x\) &#64;someone a\\\|b \\\*c\\\*/);
  assert.equal(row.match(/(?<!\\)\|/g)!.length, 6);
});

test("html: names stay text, also in the charts, and the page holds no script and no address", () => {
  const page = renderHtml(
    fixtureReport({}, renamedTo(`"><script>alert(1)</script></svg><img src=x onerror=alert(1)>`)),
  );
  assert.doesNotMatch(page, /<script|<img|href="(?!#)/);
  assert.match(page, /<svg[^>]*>[^]*&lt;script&gt;/);
});

test("html: every section is in the table of contents, the chart of cost against what is kept first", () => {
  const page = renderHtml(fixtureReport({ samplers: SWEEP }));
  const links = [...page.matchAll(/<li><a href="#([\w-]+)">/g)].map((match) => match[1]);
  const sections = [...page.matchAll(/<section id="([\w-]+)">/g)].map((match) => match[1]);
  assert.deepEqual(links, sections);
  assert.equal(sections[0], "front");
});

test("html: a variant has the same colour in every report", () => {
  const colorOf = (samplers: readonly string[]): string | undefined =>
    /fill="(#\w+)"\/><\/svg>ratio:0\.1</.exec(renderHtml(fixtureReport({ samplers, phases: ["cost"] })))?.[1];
  assert.ok(colorOf(["ratio:0.1"]) !== undefined);
  assert.equal(colorOf(["ratio:0.1"]), colorOf(["tail:errors", "ratio:0.01", "ratio:0.1"]));
});

test("every format renders a report, json as data", () => {
  const report = fixtureReport();
  for (const { render } of Object.values(FORMATS)) assert.ok(render(report, { color: false, width: 100 }).length > 100);
  assert.equal(JSON.parse(FORMATS.json.render(report)).title, report.title);
});
