/** The page in a real browser. Needs Debian's chromium; says so and skips where there is none. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, suite, test } from "node:test";
import { pathToFileURL } from "node:url";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { renderHtml } from "../reporters/html.ts";
import { fixtureReport } from "../report.fixture.ts";

const CHROMIUM = "/usr/bin/chromium";
const skip = existsSync(CHROMIUM) ? false : `${CHROMIUM} is not installed (Debian: apt-get install chromium)`;
const EVIL = `"><script>document.title="pwned"</script>`;
const WIDE = { viewport: { width: 1100, height: 900 } };

suite("the HTML report in Chromium", { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), "spantoll-page-"));
  let browser: Browser;
  /** Console errors, and requests for anything but the file itself: there must be none. */
  const faults: string[] = [];
  before(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM });
  });
  afterEach(() => assert.deepEqual(faults.splice(0), []));
  after(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  /** Opens a report, and watches it. */
  async function open(samplers: readonly string[], options: BrowserContextOptions = WIDE): Promise<Page> {
    const path = join(folder, "report.html");
    writeFileSync(path, renderHtml(fixtureReport({ samplers, lostAtCapacity: 0.1, rounds: 4, requests: 300 })));
    const page = await browser.newPage(options);
    const url = pathToFileURL(path).href;
    page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("request", (request) => request.url() === url || faults.push(`asked for ${request.url()}`));
    await page.goto(url);
    return page;
  }

  const textOf = (page: Page, chart: string): Promise<string | null> => page.locator(`#${chart} svg`).textContent();

  test("draws every chart", async () => {
    const page = await open(["ratio:0.1", "tail:errors"]);
    for (const chart of ["overhead", "percentiles", "span-flow", "front"]) {
      const section = page.locator("section", { has: page.locator(`#${chart}`) });
      assert.match((await section.locator(".legend, svg").allTextContents()).join(" "), /always_on|received/, chart);
      assert.ok((await page.locator(`#${chart} svg path`).count()) > 5, chart);
    }
    assert.match((await textOf(page, "percentiles")) ?? "", /99 %/);
    await page.close();
  });

  test("switches what a chart shows, by keyboard too", async () => {
    const page = await open(["ratio:0.1"]);
    assert.match((await textOf(page, "overhead")) ?? "", /CPU per request, % against none/);
    await page.locator("[data-chart=overhead] label", { hasText: "throughput" }).click();
    assert.match((await textOf(page, "overhead")) ?? "", /throughput, % against none/);
    const [first, second] = await page.locator("[data-chart=percentiles] input").all();
    await first!.focus();
    await page.keyboard.press("ArrowRight");
    assert.ok(await second!.isChecked());
    assert.match((await page.locator("#percentiles").getAttribute("aria-label")) ?? "", /service time/);
    await page.close();
  });

  test("hides and shows a line of a chart, by keyboard too, whatever the view", async () => {
    const page = await open(["ratio:0.1"]);
    const lines = (): Promise<number> => page.locator('#percentiles svg path[stroke="#009e73"]').count();
    assert.ok((await lines()) > 0);
    const legend = page.getByRole("group", { name: "Lines" });
    await legend.getByRole("checkbox", { name: "ratio:0.1" }).press("Space");
    assert.equal(await lines(), 0);
    await page.locator("[data-chart=percentiles] label", { hasText: "at capacity" }).click();
    assert.equal(await lines(), 0);
    await legend.getByRole("checkbox", { name: "ratio:0.1" }).press("Space");
    assert.ok((await lines()) > 0);
    await page.close();
  });

  test("marks a variant alike in every chart that marks variants", async () => {
    const page = await open(["ratio:0.1"]);
    const marks = (chart: string): Promise<string | null> =>
      page
        .locator(`section:has(#${chart}) .legend :is(label, li)`, { hasText: "ratio:0.1" })
        .locator("path")
        .last()
        .getAttribute("fill");
    assert.equal(await marks("front"), await marks("percentiles"));
    assert.ok((await page.locator(`#front svg path[fill="${await marks("front")}"]`).count()) > 0);
    await page.close();
  });

  test("prints dark on white, with its charts and without its controls", async () => {
    const page = await open(["ratio:0.1"], { ...WIDE, colorScheme: "dark" });
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.evaluate("getComputedStyle(document.body).backgroundColor"), "rgb(255, 255, 255)");
    assert.ok((await page.locator('#overhead svg text[fill="#16191d"]').count()) > 0);
    assert.equal(await page.locator('#overhead svg text[fill="#e8ebef"]').count(), 0);
    for (const control of [".theme", ".switch", "#all-figures"])
      assert.equal(await page.locator(control).first().isVisible(), false, control);
    await page.close();
  });

  test("follows the system's theme until the reader chooses", async () => {
    const page = await open(["ratio:0.1"], { ...WIDE, colorScheme: "dark" });
    const paper = (): Promise<string> => page.evaluate("getComputedStyle(document.body).backgroundColor");
    assert.equal(await paper(), "rgb(20, 23, 27)");
    await page.getByRole("button", { name: "Switch to the light theme" }).click();
    assert.equal(await paper(), "rgb(255, 255, 255)");
    await page.close();
  });

  test("sorts a table by number and back", async () => {
    const page = await open(["ratio:0.1"]);
    const names = (): Promise<string[]> => page.locator("#cost tbody th").allTextContents();
    const head = page.locator("#cost thead button", { hasText: "CPU/request" });
    await head.press("Enter");
    assert.deepEqual(await names(), ["none", "ratio:0.1", "always_on"]);
    await head.press("Enter");
    assert.deepEqual(await names(), ["always_on", "ratio:0.1", "none"]);
    assert.equal(await page.locator("#cost th[aria-sort]").getAttribute("aria-sort"), "descending");
    await page.close();
  });

  test("does not scroll sideways on a phone, with every detail open", async () => {
    const page = await open(["ratio:0.1", "tail:errors,slow=250ms,ratio=0.05", "a".repeat(80)], {
      viewport: { width: 360, height: 740 },
    });
    await page.evaluate("document.querySelectorAll('details').forEach((detail) => (detail.open = true))");
    assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 360);
    await page.close();
  });

  test("names with tags in them stay text", async () => {
    const page = await open([EVIL]);
    assert.doesNotMatch(await page.title(), /^pwned/);
    assert.ok((await textOf(page, "overhead"))?.includes("<script>"));
    await page.locator("#overhead svg path").last().hover({ force: true });
    assert.doesNotMatch(await page.title(), /^pwned/);
    await page.close();
  });

  test("without JavaScript the tables are there and no empty chart", async () => {
    const page = await open(["ratio:0.1"], { ...WIDE, javaScriptEnabled: false });
    assert.ok(await page.locator("#cost").isVisible());
    assert.equal(await page.locator("#overhead").isVisible(), false);
    await page.close();
  });
});
