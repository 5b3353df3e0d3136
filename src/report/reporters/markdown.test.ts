import assert from "node:assert/strict";
import { test } from "node:test";
import { fixtureReport } from "../report.fixture.ts";
import { renderMarkdown } from "./markdown.ts";

test("the answer in bold, a table a phase, the setting folded away", () => {
  const text = renderMarkdown(fixtureReport());
  assert.match(text, /^\*\*ratio:0\.1 costs /);
  assert.match(text, /\n\| ratio:0\.1 +\| +28\d\.\d \[/);
  assert.match(text, /<details><summary>How it was measured<\/summary>/);
});

test("names from the user neither become HTML, nor links, nor mentions, nor columns", () => {
  const name = "<script>alert(1)</script> [a](http://x) @someone a|b *c*";
  const text = renderMarkdown(fixtureReport({ samplers: [name] }));
  const row = text.split("\n").find((line) => line.startsWith("| &lt;script>"))!;
  assert.match(row, /&lt;script>alert\(1\)&lt;\/script> \[a\\\]\(http:\/\/x\) &#64;someone a\\\|b \\\*c\\\*/);
  assert.equal(row.match(/(?<!\\)\|/g)!.length, 6);
});
