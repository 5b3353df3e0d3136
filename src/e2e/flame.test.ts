/** The flame graphs as a browser shows them. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { temporaryFolder } from "../base/temporary-folder.fixture.ts";
import { flamePage, HOSTILE, TWO_FLAMES } from "../report/html/flame.fixture.ts";

const CHROMIUM = "/usr/bin/chromium";
const folder = temporaryFolder();

test(
  "in a browser: one picture of each variant, to one scale, within the page",
  { skip: !existsSync(CHROMIUM) },
  async () => {
    const path = join(folder, "report.html");
    writeFileSync(path, flamePage(...TWO_FLAMES));
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
