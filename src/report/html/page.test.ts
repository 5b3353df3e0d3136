import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { renderHtml } from "../reporters/html.ts";
import { fixtureReport } from "../report.fixture.ts";

const scriptsOf = (page: string): string[] =>
  [...page.matchAll(/<script>([\s\S]*?)<\/script>/g)].map((match) => match[1]!);

test("the policy lets only the page's own scripts run, and nothing be fetched", () => {
  const page = renderHtml(fixtureReport());
  const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)![1]!.replaceAll("&#39;", "'");
  const hashes = scriptsOf(page).map((script) => `'sha256-${createHash("sha256").update(script).digest("base64")}'`);
  assert.equal(hashes.length, 2);
  assert.ok(policy.startsWith(`default-src 'none'; script-src ${hashes.join(" ")}; `), policy);
  assert.doesNotMatch(policy, /https?:|connect-src|script-src[^;]*unsafe/);
});

test("the run's warnings are named in the page's head, with how much of the run they are about", () => {
  const foreign = {
    code: "foreign-load",
    message: "other programs used 60 % of a core",
    fix: "end them",
    voids: true,
  };
  const page = renderHtml(
    fixtureReport({}, (results) => ({
      ...results,
      records: results.records.map((record, at) => (at === 0 ? { ...record, warnings: [foreign] } : record)),
    })),
  );
  assert.match(/<header>[\s\S]*<\/header>/.exec(page)![0], /Warned of foreign-load \(1 of 54 trials, 1 void\)/);
});

test("without scripts every figure is still there, in tables", () => {
  const page = renderHtml(fixtureReport()).replaceAll(/<script[\s\S]*?<\/script>/g, "");
  assert.match(page, /<h1>ratio:0\.1 costs /);
  assert.match(
    page,
    /<th scope="row"><span>ratio:<wbr>0\.1<\/span><\/th><td class="number" data-value="[\d.]+">28\d\.\d \[/,
  );
  assert.match(page, /<noscript>/);
});

test("text from the outside stays text, in markup and in the data of the charts", () => {
  const evil = `"><script>alert(1)</script><img src=x onerror=alert(1)>`;
  const page = renderHtml(
    fixtureReport({ samplers: [evil] }, (results) => ({
      ...results,
      notes: [evil],
      records: results.records.map((record) => ({ ...record, warnings: [{ code: evil, message: evil, fix: evil }] })),
    })),
  );
  const outside = page.replaceAll(/<script>[\s\S]*?<\/script>/g, "");
  assert.equal(scriptsOf(page).length, 2);
  assert.ok(outside.includes("&lt;script&gt;alert(1)"));
  assert.doesNotMatch(outside, /<script>|<img/);
});

test("a report without any figures is a page without charts", () => {
  const page = renderHtml(fixtureReport({}, (results) => ({ ...results, records: [] })));
  assert.match(page, /<h1>Nothing was measured<\/h1>/);
  assert.equal(scriptsOf(page).length, 0);
});
