/**
 * A picture of a report's page, from its title to its first table: `node bench/screenshot.ts FILE.json out.png`.
 * Needs Debian's chromium.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { estimatesOf } from "../src/estimate/estimates.ts";
import { readResults } from "../src/record/file.ts";
import { buildReport } from "../src/report/build.ts";
import { renderHtml } from "../src/report/reporters/html.ts";
import { temporaryFolder } from "./script.ts";

const WIDTH = 1000;

const [file, out] = process.argv.slice(2);
if (file === undefined || out === undefined) throw new Error("expected FILE.json and out.png");
const results = readResults(file);
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium" });
try {
  const path = join(temporaryFolder("screenshot"), "report.html");
  writeFileSync(path, renderHtml(buildReport(results, estimatesOf(results).estimates)));
  const page = await browser.newPage({ viewport: { width: WIDTH, height: 1200 }, colorScheme: "light" });
  await page.goto(pathToFileURL(path).href);
  const last = await page.locator("main > section").nth(1).boundingBox();
  if (last === null) throw new Error(`the page of ${file} shows nothing`);
  await page.screenshot({
    path: out,
    fullPage: true,
    clip: { x: 0, y: 0, width: WIDTH, height: Math.ceil(last.y + last.height) },
  });
} finally {
  await browser.close();
}
