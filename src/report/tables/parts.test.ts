import assert from "node:assert/strict";
import { test } from "node:test";
import { renderHtml } from "../reporters/html.ts";
import { fixtureReport } from "../report.fixture.ts";
import { partsTable } from "./parts.ts";

test("every section of a page is labelled by a heading that is there, also where a variant's name has spaces", () => {
  const report = fixtureReport();
  const nothing = { whole: report.estimates[0]!, shares: [], sumUs: 0, sumHalfWidthUs: 0, missing: [] };
  const content = { attributes: 4, events: 0, exceptions: 0 };
  const table = partsTable({ variant: "always_on batch:queue=64 zipkin", ...nothing }, content);
  const page = renderHtml({ ...report, tables: [table] });
  const ids = [...page.matchAll(/ id="([^"]*)"/g)].map((match) => match[1]!);
  const references = [...page.matchAll(/aria-(?:labelledby|describedby)="([^"]*)"/g)].map((match) => match[1]!);
  assert.ok(references.some((reference) => reference.startsWith("parts-")));
  for (const reference of references.flatMap((one) => one.split(/\s/))) assert.ok(ids.includes(reference), reference);
});
