/** The flame graphs as a browser shows them. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { callsPerRequest, type Call } from "../../record/calls.ts";
import { fixtureReport, tableOf } from "../report.fixture.ts";
import type { Report } from "../report.ts";
import { renderHtml } from "../reporters/html.ts";

const CHROMIUM = "/usr/bin/chromium";
const HOSTILE = "<img src=x onerror=alert(1)>";
const folder = mkdtempSync(join(tmpdir(), "spantoll-flame-"));
after(() => rmSync(folder, { recursive: true }));

const call = (name: string, part: string, us: number, ...calls: Call[]): Call => ({ name, part, us, calls });
const handler = call("handle", "the service", 40, call("emit", "Node", 15));
const traced = [call("handle", "the service", 80, call(HOSTILE, "@opentelemetry/core", 50), call("emit", "Node", 15))];
const report = (...flames: NonNullable<Report["flames"]>): string => renderHtml({ ...fixtureReport(), flames });
const page = report(
  { variant: "none", label: "none", calls: [handler] },
  { variant: "always_on", label: "always_on", total: "83.1 ±1.5", calls: traced },
);

test("a flame graph is the mean of the valid rounds", () => {
  const { flames } = fixtureReport({ rounds: 3, phases: ["cost"] }, (results) => ({
    ...results,
    records: results.records.map((record) => ({
      ...record,
      trial: { ...record.trial, phase: "profile" },
      valid: record.trial.round < 3,
      calls: [{ ...handler, us: 100 * record.trial.round }],
    })),
  }));
  assert.deepEqual(
    flames!.map(({ variant, calls }) => [variant, calls[0]!.us]),
    ["none", "always_on", "ratio:0.1"].map((variant) => [variant, 150]),
  );
});

test("a variant with more samples of JavaScript than CPU has no parts", () => {
  const seenAt = (native: number, spoilt: string) => {
    const { estimates, flames, ...rest } = fixtureReport({ rounds: 4, phases: ["cost"] }, (results) => ({
      ...results,
      records: results.records.map((record) => ({
        ...record,
        trial: { ...record.trial, phase: "profile" },
        profile: {
          "the service": 90,
          "native code and system calls": record.trial.variant === spoilt ? native : 9,
        },
        calls: [handler],
      })),
    }));
    const named = estimates.filter(({ metric, variant }) => metric.startsWith("profile: ") && variant === spoilt);
    const { rows } = tableOf({ estimates, ...rest }, "profile");
    return [new Set(named.map(({ metric }) => metric)).size, rows.length, flames!.map(({ total }) => total)];
  };
  assert.deepEqual(seenAt(9, "always_on"), [3, 3, ["99", "99", "99"]]);
  assert.deepEqual(seenAt(-9, "always_on"), [1, 3, ["99", "99"]]);
  assert.deepEqual(seenAt(-9, "none"), [1, 1, ["99", "99"]]);
});

test("calls that are too small to show are in those that called them, or one of their own", () => {
  const small = Array.from({ length: 30 }, (_, at) => call(`root ${at}`, "pg", 4));
  const calls = [call("handle", "the service", 890, call("emit", "Node", 4)), ...small, call("native", "native", -10)];
  const shown = callsPerRequest(calls, 10, 0.005);
  assert.deepEqual(shown, [call("handle", "the service", 89), call("other calls", "other calls", 11)]);
  assert.deepEqual(callsPerRequest([...shown, ...shown], 2, 0.005), shown);
});

test("a part has one colour in every report, and names stay text", () => {
  const colorOf = (html: string): string | undefined => /fill="(#\w+)"\/><\/svg>@opentelemetry\/core</.exec(html)?.[1];
  assert.ok(colorOf(page) !== undefined);
  assert.equal(
    colorOf(report({ variant: "x", label: "x", calls: [call("f", "@opentelemetry/core", 9)] })),
    colorOf(page),
  );
  assert.doesNotMatch(page, /<img/);
  assert.doesNotMatch(renderHtml(fixtureReport()), /flame/);
});

test(
  "in a browser: one picture of each variant, to one scale, within the page",
  { skip: !existsSync(CHROMIUM) },
  async () => {
    const path = join(folder, "report.html");
    writeFileSync(path, page);
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
    try {
      for (const width of [1280, 360]) {
        const view = await browser.newPage({ viewport: { width, height: 900 } });
        await view.goto(pathToFileURL(path).href);
        const section = view.locator("#flames");
        assert.match(await section.innerText(), /always_on: 83\.1 ±1\.5 µs/);
        assert.ok(await view.evaluate("document.documentElement.scrollWidth <= innerWidth"), `${width} px`);
        const boxes = section.locator("[role=img] svg:visible rect");
        const widths = await boxes.evaluateAll((all) => all.map((box) => box.getBoundingClientRect().width));
        assert.equal(widths.length, 5);
        assert.ok(Math.abs(widths[2]! / widths[0]! - 2) < 0.05, widths.join());
        assert.ok(
          (await section.locator("svg:visible title").allTextContents()).some((title) => title.startsWith(HOSTILE)),
        );
        const [download] = await Promise.all([view.waitForEvent("download"), section.locator("a[download]").click()]);
        assert.equal(download.suggestedFilename(), "spantoll.speedscope.json");
        const { shared, profiles } = JSON.parse(readFileSync(await download.path(), "utf8")) as {
          shared: { frames: { name: string; file: string }[] };
          profiles: { name: string; samples: number[][]; weights: number[] }[];
        };
        const { samples, weights } = profiles[1]!;
        const stacks = samples.map((stack) => stack.map((at) => shared.frames[at]!.name).join(";"));
        assert.deepEqual(Object.fromEntries(stacks.map((stack, at) => [stack, weights[at]])), {
          handle: 15,
          [`handle;${HOSTILE}`]: 50,
          "handle;emit": 15,
        });
        await view.close();
      }
    } finally {
      await browser.close();
    }
  },
);
